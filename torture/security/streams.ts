import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { listenTo } from '#harness/clients/event-listener.ts'
import { inMs, percentile, tally } from '#harness/load/figures.ts'
import { createClient, inParallel } from '#harness/load/load.ts'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'
import { type Crowd, inWorld, type Person, queryMain, type World } from '#harness/world/world.ts'
import type { Proof } from '../proof.ts'

const GREEDY = 1_000
const MODEST = 20
const HEARD_MAX_MS = 1_000
const PATIENCE_MS = 10_000
/** Those who come again and again from where they were long ago, and how much they say they have missed. */
const RETURNING = 32
const MISSED = 9_900

type Opened = { status: number; leave(): void }

export const proof: Proof = {
  name: 'streams',
  row: 'S21',
  claim:
    'While one account opens a thousand streams, and others come again and again from long ago, everybody else is let in and hears within a second',
  async run({ quick, log, rounds = quick ? 10 : 100 }) {
    const crowds = [{ people: 60, events: 4, capacity: 1_000 }]
    const control = await inWorld({ crowds }, async (world) => {
      const { modest } = await crowdIn(world)
      return modest.filter((status) => status !== 200).length
    })
    return inWorld({ crowds, apiEnv: { AUTH_RATE_LIMIT: 'on' } }, async (world) => {
      const { greedy, modest, leave } = await crowdIn(world)
      log(`greedy: ${tally(greedy)}; modest: ${tally(modest)}`)
      leave()
      const { waits, returns } = await hearAmongReturning(world, rounds)
      const late = waits.filter((ms) => ms > HEARD_MAX_MS).length
      const isRefused = greedy.every((status) => status === 200 || status === 429)
      const isLetIn = modest.every((status) => status === 200)
      return {
        // In the short form other tests run beside it: one that comes late is their doing.
        ok: isRefused && isLetIn && control > 0 && late <= (quick ? rounds / 2 : 0),
        figure: [
          `${GREEDY} streams of one account: ${tally(greedy)}; ${MODEST} others: ${tally(modest)}`,
          `${rounds} bookings while ${RETURNING} come back ${returns} times for ${MISSED.toLocaleString('en')} entries: heard in ${inMs(percentile(waits, 0.5))} (median), ${inMs(percentile(waits, 1))} (slowest), later than a second ${late}`,
          `negative control (no limits): ${control} of ${MODEST} others kept out`,
          ...(quick ? ['quick'] : []),
        ].join('; '),
      }
    })
  },
}

/** One opens a thousand, then others come. */
async function crowdIn(world: World) {
  const [first, ...others] = (world.crowds[0] as Crowd).people as [Person, ...Person[]]
  const opened: Opened[] = []
  const keep = async (person: Person) => void opened.push(await open(world, person))
  await inParallel(Array.from({ length: GREEDY }), 50, () => keep(first))
  const greedy = opened.map(({ status }) => status)
  await inParallel(others.slice(0, MODEST), 5, keep)
  const modest = opened.slice(GREEDY).map(({ status }) => status)
  const leave = () => {
    for (const each of opened) each.leave()
  }
  if (modest.some((status) => status !== 200)) leave()
  return { greedy, modest, leave }
}

async function open({ api }: World, { token }: Person, lastId?: string): Promise<Opened> {
  const headers = {
    authorization: `Bearer ${token}`,
    ...(lastId !== undefined && { 'last-event-id': lastId }),
  }
  const request = get(`${api.url}/api/events/stream`, { headers, agent: false })
  request.on('error', () => {})
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  response.on('error', () => {}).resume()
  return { status: response.statusCode ?? 0, leave: () => request.destroy() }
}

async function hearAmongReturning(world: World, rounds: number) {
  const { people, events } = world.crowds[0] as Crowd
  await queryMain(
    world,
    `insert into audit_log (at, action, subject, subject_id, details)
     select now(), 'booking.created', 'booking', 1, jsonb_build_object('event_id', ${events[1]})
     from generate_series(1, ${MISSED + 2_000})`,
  )
  const [{ id = 0 } = {}] = await queryMain<{ id: number }>(world, 'select max(id)::int as id from audit_log')
  const lastId = String(id - MISSED)
  let isOver = false
  let returns = 0
  // Five of each account, as many as it may.
  const returning = inParallel(
    Array.from({ length: RETURNING }, (_, i) => people[Math.floor(i / 5)] as Person),
    RETURNING,
    async (person) => {
      while (!isOver) {
        const stream = await open(world, person, lastId)
        if (stream.status === 200) returns++
        await sleep(20)
        stream.leave()
      }
    },
  )
  const waits = await hearBookings(world, rounds)
  isOver = true
  await returning
  return { waits, returns }
}

async function hearBookings({ api, crowds }: World, rounds: number): Promise<number[]> {
  const { people, events } = crowds[0] as Crowd
  const client = createClient()
  const listener = people.at(-1) as Person
  const { heard, leave } = await listenTo(`${api.url}/api/events/stream`, {
    authorization: `Bearer ${listener.token}`,
  })
  const waits: number[] = []
  const bookers = people.slice(-40)
  for (let i = 0; i < rounds; i++) {
    const eventId = events[Math.floor(i / bookers.length)] ?? 0
    const taken = (i % bookers.length) + 1
    const body = { event_id: eventId }
    const token = bookers[i % bookers.length]?.token ?? ''
    const { status } = await client.call('POST', `${api.url}/api/bookings/`, { token, body })
    if (status !== 201) throw new Error(`Booking answered ${status}`)
    const answeredAt = performance.now()
    const isIt = ({ data }: { data: unknown }) => {
      const { event_id, current_participants } = data as Record<string, number>
      return event_id === eventId && current_participants === taken
    }
    const isHeard = await waitUntil(() => heard.some(isIt), PATIENCE_MS).then(
      () => true,
      () => false,
    )
    waits.push(isHeard ? performance.now() - answeredAt : Number.POSITIVE_INFINITY)
  }
  client.close()
  leave()
  return waits
}
