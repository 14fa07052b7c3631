import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { describeCounts, inMs, percentile } from '#harness/load/figures.ts'
import { createClient } from '#harness/load/load.ts'
import { queryMain } from '#harness/world/main-database.ts'
import { inWorld, type Person, type World } from '#harness/world/world.ts'
import type { Proof, ProofContext } from '../proof.ts'

const BOOKINGS = 1_000
const CONNECTIONS = 16
const OTHERS_MAX_MS = 30
/** Of one account (`shared/http/limits/exports.ts`). */
const SECONDS_PER_EXPORT = 5
/** The short form runs beside other tests, where only a comparison says something. */
const QUICK_CONTROL_MIN = 2
const PROBE_EVERY_MS = 20
const CONTROL_RUNS_MAX = 3
/** The Main API whose feeds are written for everybody who asks. */
const UNBOUNDED_ENTRY = 'harness/controls/unbounded-booking.ts'

type Attack = { name: string; p50: number; statuses: Map<number, number> }
type Plan = Pick<ProofContext, 'log'> & { seconds: number; entry?: string }

export const proof: Proof = {
  name: 'feeds',
  row: 'S20',
  claim:
    'While somebody reads their calendar of a thousand bookings on sixteen connections, or has everything exported, others wait for 30 ms at most (median)',
  async run({ quick, log, seconds = quick ? 3 : 15 }) {
    const { calm, attacks } = await measure({ seconds, log })
    const exported = attacks.find(({ name }) => name === 'exports')?.statuses.get(200) ?? 0
    // The control differs in feeds alone: its exports are refused as ours are, at the same cost.
    const ofFeeds = (all: Attack[]) => all.filter(({ name }) => name !== 'exports')
    const worst = (all: Attack[]) => Math.max(...all.map(({ p50 }) => p50))
    const ownMs = worst(quick ? ofFeeds(attacks) : attacks)
    const limitMs = quick ? QUICK_CONTROL_MIN * ownMs : OTHERS_MAX_MS
    // The control shows that the limit can be broken: how soon depends on the machine.
    let controlMs = 0
    for (let runs = 0; runs < CONTROL_RUNS_MAX && controlMs <= limitMs; runs++) {
      const control = await measure({ seconds, log, entry: UNBOUNDED_ENTRY })
      controlMs = Math.max(controlMs, worst(ofFeeds(control.attacks)))
    }
    const odd = attacks
      .flatMap(({ statuses }) => [...statuses.keys()])
      .filter((status) => !EXPECTED.has(status))
    return {
      ok:
        ownMs <= limitMs &&
        controlMs > limitMs &&
        exported <= 1 + seconds / SECONDS_PER_EXPORT &&
        odd.length === 0,
      figure: [
        `others' median ${inMs(calm)} before`,
        ...attacks.map(({ name, p50, statuses }) => `${name} ${inMs(p50)} (${describeCounts(statuses)})`),
        `negative control (written for each) ${inMs(controlMs)}`,
        quick && 'quick',
      ],
    }
  },
}

const EXPECTED = new Set([200, 304, 429])

function measure({ seconds, log, entry }: Plan): Promise<{ calm: number; attacks: Attack[] }> {
  const plan = {
    groups: [{ people: 5, events: BOOKINGS, capacity: 50 }],
    apiEnv: { AUTH_RATE_LIMIT: 'on' },
    ...(entry && { apiEntry: entry }),
  }
  return inWorld(plan, async (world) => {
    const [owner, ...others] = world.group.people as [Person, ...Person[]]
    await bookEverything(world, owner)
    const feed = await openFeed(world, owner)
    const { headers } = await fetch(feed)
    const calm = await probe(world, others, () => sleep(seconds * 1_000))
    const targets = [
      { name: 'files', url: feed, headers: {} },
      { name: 'unchanged', url: feed, headers: { 'if-none-match': headers.get('etag') ?? '' } },
      {
        name: 'exports',
        url: `${world.api.url}/api/auth/export`,
        headers: { authorization: `Bearer ${owner.token}` },
      },
    ]
    const attacks: Attack[] = []
    for (const { name, ...target } of targets) {
      const worker = new Worker(join(import.meta.dirname, 'greedy-reader.ts'), {
        workerData: { ...target, connections: CONNECTIONS },
      })
      const ended = once(worker, 'message')
      const p50 = await probe(world, others, () => sleep(seconds * 1_000))
      worker.postMessage('stop')
      const [statuses] = await ended
      attacks.push({ name, p50, statuses: new Map(statuses) })
      log(`${entry ?? 'as it is'}, ${name}: others ${inMs(p50)}, ${describeCounts(new Map(statuses))}`)
    }
    return { calm, attacks }
  })
}

/** Straight into the database: so many are years of somebody's. */
async function bookEverything(world: World, { id }: Person): Promise<void> {
  await queryMain(
    world,
    `insert into bookings (user_id, event_id, during)
     select ${id}, id, tstzrange(start_datetime, end_datetime) from events`,
  )
  await queryMain(
    world,
    `update events set current_participants = 1, revision = revision + 1, description = repeat('calm ', 60)`,
  )
}

async function openFeed({ api }: World, { token }: Person): Promise<string> {
  const answer = await fetch(`${api.url}/api/bookings/calendar-token`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  })
  const body = (await answer.json()) as { token: string }
  return `${api.url}/api/bookings/calendar.ics?token=${body.token}`
}

/** How long others wait for their own bookings meanwhile, in the middle. */
async function probe({ api }: World, people: Person[], meanwhile: () => Promise<unknown>): Promise<number> {
  const client = createClient({ connections: 4 })
  const waits: number[] = []
  let isOver = false
  const asking = (async () => {
    for (let i = 0; !isOver; i++) {
      const token = people[i % people.length]?.token ?? ''
      const { status, ms } = await client.call('GET', `${api.url}/api/bookings/`, { token })
      waits.push(status === 200 ? ms : Number.POSITIVE_INFINITY)
      await sleep(PROBE_EVERY_MS)
    }
  })()
  await meanwhile()
  isOver = true
  await asking
  client.close()
  return percentile(waits, 0.5)
}
