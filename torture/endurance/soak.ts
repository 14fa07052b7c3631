import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { inMs, inSeconds, percentile, tally, thousands } from '#harness/load/figures.ts'
import { atPace } from '#harness/load/load.ts'
import { pickFrom, randomFrom } from '#harness/load/random.ts'
import { countOpenFiles, residentMegabytes } from '#harness/processes/proc.ts'
import { inWorld, type World } from '#harness/world/world.ts'
import { auditAll } from '../audit.ts'
import { type Attempt, type Bookers, openBookers } from '../history.ts'
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
  run({ quick, log, seed, seconds = quick ? 20 : 1_800 }) {
    const group = { people: 500, events: 20 + Math.ceil((seconds * PER_SECOND * 0.2) / 500), capacity: 500 }
    const apiOptions = ['--import', join(import.meta.dirname, 'event-loop-probe.ts')]
    return inWorld({ groups: [group], apiOptions }, async (world) => {
      const bookers = openBookers(world, { connections: 32 })
      const statuses: number[] = []
      const endAt = performance.now() + seconds * 1_000
      const load = mixedLoad(world, bookers, {
        random: randomFrom(seed),
        isOver: () => performance.now() > endAt,
        note: ({ status }) => void statuses.push(status),
      })
      await sleep(Math.min(WARM_UP_MAX_SECONDS, seconds / 3) * 1_000)
      const early = await sampleFor(world, seconds / 10)
      log(`after the warm-up: ${describe(early)}`)
      while (performance.now() < endAt - (seconds / 10) * 1_000) {
        await sleep(Math.min(60_000, (seconds * 1_000) / 10))
        log(`${thousands(statuses.length)} answers, ${describe(sampleOnce(world))}`)
      }
      const late = await sampleFor(world, seconds / 10)
      await load
      bookers.client.close()
      const end = await auditAll(world, bookers.history)
      const growth = early.map(({ name, megabytes, files }, i) => ({
        name,
        megabytes: (late[i]?.megabytes ?? 0) - megabytes,
        files: (late[i]?.files ?? 0) - files,
      }))
      const loop: { p99: number; max: number } = JSON.parse(
        readFileSync(join(world.dataDir, 'event-loop.json'), 'utf8'),
      )
      return {
        ok:
          growth.every(({ megabytes, files }) => megabytes <= GROWTH_MAX_MB && files <= FD_GROWTH_MAX) &&
          statuses.every((status) => [200, 201, 409].includes(status)) &&
          loop.p99 <= LOOP_P99_MAX_MS &&
          end.ms <= QUEUE_EMPTY_MAX_MS &&
          end.isSound,
        figure: [
          `${seconds} s, ${tally(statuses)}`,
          ...growth.map(
            ({ name, megabytes, files }) =>
              `${name} ${signed(megabytes, megabytes.toFixed(1))} MB, ${signed(files, String(files))} files`,
          ),
          `event loop p99 ${inMs(loop.p99)} (max ${inMs(loop.max)})`,
          `queue empty ${inSeconds(end.ms)} after the end`,
          end.words,
        ],
      }
    })
  },
}

const signed = (value: number, text: string) => (value >= 0 ? `+${text}` : text.replace('-', '−'))

type Load = { random: () => number; isOver: () => boolean; note(answer: { status: number }): void }

/** Mostly people looking around; one in five books, and half of these cancel again. */
async function mixedLoad(
  { api, group }: World,
  { client, history, next }: Bookers,
  { random, isOver, note }: Load,
): Promise<void> {
  const held: Attempt[] = []
  await atPace({ perSecond: PER_SECOND, concurrencyMax: 64, isOver }, async () => {
    const choice = random()
    if (choice < 0.2) {
      const attempt = await next()
      if (!attempt) return
      note(attempt.answer)
      if (attempt.bookingId && random() < 0.5) held.push(attempt)
    } else if (choice < 0.3 && held.length > 0) {
      const { person, bookingId = 0 } = held.shift() as Attempt
      note(await history.cancel(api.url, person, bookingId))
    } else {
      const path =
        choice < 0.6
          ? `/api/events/?page=${1 + Math.floor(random() * 5)}`
          : choice < 0.8
            ? `/api/events/${pickFrom(group.events, random)}`
            : '/api/bookings/'
      note(await client.call('GET', api.url + path, { token: pickFrom(group.people, random).token }))
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
  const middle = (i: number, key: 'megabytes' | 'files') =>
    percentile(
      looks.map((look) => look[i]?.[key] ?? 0),
      0.5,
    )
  return sampleOnce(world).map(({ name }, i) => ({
    name,
    megabytes: middle(i, 'megabytes'),
    files: middle(i, 'files'),
  }))
}

const sampleOnce = ({ api, crm }: World): Sample[] =>
  [api, crm].map(({ name, pid }) => ({
    name,
    megabytes: residentMegabytes(pid()),
    files: countOpenFiles(pid()),
  }))

const describe = (samples: Sample[]): string =>
  samples.map(({ name, megabytes, files }) => `${name} ${megabytes.toFixed(0)} MB, ${files} files`).join('; ')
