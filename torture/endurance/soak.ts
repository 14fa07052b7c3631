import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { inMs, inSeconds, percentile, tally, thousands } from '#harness/load/figures.ts'
import { atPace, type Client, createClient } from '#harness/load/load.ts'
import { randomFrom } from '#harness/load/random.ts'
import { type Crowd, inWorld, type Person, type World } from '#harness/world/world.ts'
import { auditAll } from '../audit.ts'
import { allPairs } from '../booking-load.ts'
import { createHistory, type History } from '../history.ts'
import type { Proof } from '../proof.ts'

const PER_SECOND = 100
const WARM_UP_MAX_SECONDS = 300
const GROWTH_MAX_MB = 20
const FD_GROWTH_MAX = 10
const LOOP_P99_MAX_MS = 100
const QUEUE_EMPTY_MAX_MS = 10_000

type Sample = { name: string; megabytes: number; files: number }

export const proof: Proof = {
  name: 'soak',
  row: 'R18',
  claim: 'Hour after hour of mixed load, it needs no more memory or files than after the first minutes',
  async run({ quick, log, seed, seconds = quick ? 20 : 1_800 }) {
    const crowd = { people: 500, events: 20 + Math.ceil((seconds * PER_SECOND * 0.2) / 500), capacity: 500 }
    const apiOptions = ['--import', join(import.meta.dirname, 'event-loop-probe.ts')]
    return inWorld({ crowds: [crowd], apiOptions }, async (world) => {
      const client = createClient({ connections: 32 })
      const history = createHistory(client)
      const statuses: number[] = []
      const endAt = performance.now() + seconds * 1_000
      const load = mixedLoad({
        world,
        client,
        history,
        statuses,
        random: randomFrom(seed),
        isOver: () => performance.now() > endAt,
      })
      const warmUpSeconds = Math.min(WARM_UP_MAX_SECONDS, seconds / 3)
      await sleep(warmUpSeconds * 1_000)
      const early = await sampleFor(world, seconds / 10)
      log(`after the warm-up: ${describe(early)}`)
      while (performance.now() < endAt - (seconds / 10) * 1_000) {
        await sleep(Math.min(60_000, (seconds * 1_000) / 10))
        log(`${thousands(statuses.length)} answers, ${describe(sampleOnce(world))}`)
      }
      const late = await sampleFor(world, seconds / 10)
      await load
      client.close()
      const end = await auditAll(world, history)
      const growth = early.map(({ name, megabytes, files }, i) => ({
        name,
        megabytes: (late[i]?.megabytes ?? 0) - megabytes,
        files: (late[i]?.files ?? 0) - files,
      }))
      const loop = readLoop(world)
      const odd = statuses.filter((status) => ![200, 201, 409].includes(status))
      return {
        ok:
          growth.every(({ megabytes, files }) => megabytes <= GROWTH_MAX_MB && files <= FD_GROWTH_MAX) &&
          odd.length === 0 &&
          loop.p99 <= LOOP_P99_MAX_MS &&
          end.ms <= QUEUE_EMPTY_MAX_MS &&
          end.isSound,
        figure: [
          `${seconds} s, ${tally(statuses)}`,
          ...growth.map(
            ({ name, megabytes, files }) =>
              `${name} ${megabytes >= 0 ? '+' : '−'}${Math.abs(megabytes).toFixed(1)} MB, ${files >= 0 ? '+' : '−'}${Math.abs(files)} files`,
          ),
          `event loop p99 ${inMs(loop.p99)} (max ${inMs(loop.max)})`,
          `queue empty ${inSeconds(end.ms)} after the end`,
          end.words,
        ].join('; '),
      }
    })
  },
}

type Load = {
  world: World
  client: Client
  history: History
  statuses: number[]
  random: () => number
  isOver: () => boolean
}

/** Mostly people looking around; one in five books, and half of these cancel again. */
async function mixedLoad({ world, client, history, statuses, random, isOver }: Load): Promise<void> {
  const crowd = world.crowds[0] as Crowd
  const pairs = allPairs(crowd)
  const held: { person: Person; bookingId: number }[] = []
  const api = world.api.url
  const pick = <T>(items: T[]) => items[Math.floor(random() * items.length)] as T
  await atPace({ perSecond: PER_SECOND, concurrencyMax: 64, isOver }, async () => {
    const choice = random()
    if (choice < 0.2) {
      const { value, done } = pairs.next()
      if (done) return
      const { status, body } = await history.book(api, value.person, value.eventId)
      statuses.push(status)
      if (body.booking && random() < 0.5) held.push({ person: value.person, bookingId: body.booking.id })
    } else if (choice < 0.3 && held.length > 0) {
      const { person, bookingId } = held.shift() as (typeof held)[number]
      statuses.push((await history.cancel(api, person, bookingId)).status)
    } else {
      const path =
        choice < 0.6
          ? `/api/events/?page=${1 + Math.floor(random() * 5)}`
          : choice < 0.8
            ? `/api/events/${pick(crowd.events)}`
            : '/api/bookings/'
      statuses.push((await client.call('GET', `${api}${path}`, { token: pick(crowd.people).token })).status)
    }
  })
}

/** The middle of several looks: a single one may fall just before a garbage collection. */
async function sampleFor(world: World, seconds: number): Promise<Sample[]> {
  const looks: Sample[][] = []
  for (let i = 0; i < 10; i++) {
    looks.push(sampleOnce(world))
    await sleep(seconds * 100)
  }
  const [first = []] = looks
  return first.map(({ name }, i) => ({
    name,
    megabytes: percentile(
      looks.map((look) => look[i]?.megabytes ?? 0),
      0.5,
    ),
    files: percentile(
      looks.map((look) => look[i]?.files ?? 0),
      0.5,
    ),
  }))
}

function sampleOnce({ api, crm }: World): Sample[] {
  return [api, crm].map((service) => ({
    name: service.name,
    megabytes:
      Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${service.pid()}/status`, 'utf8'))?.[1]) / 1024,
    files: readdirSync(`/proc/${service.pid()}/fd`).length,
  }))
}

const describe = (samples: Sample[]): string =>
  samples.map(({ name, megabytes, files }) => `${name} ${megabytes.toFixed(0)} MB, ${files} files`).join('; ')

function readLoop({ dataDir }: World): { p99: number; max: number } {
  return JSON.parse(readFileSync(join(dataDir, 'event-loop.json'), 'utf8'))
}
