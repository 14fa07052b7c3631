import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { tally } from '#harness/load/figures.ts'
import { createClient, inParallel } from '#harness/load/load.ts'
import { queryMain, queryOne } from '#harness/world/main-database.ts'
import { inWorld, type Person, type World } from '#harness/world/world.ts'
import type { Proof } from '../proof.ts'
import { countLate, describeWaits, hearBookings } from '../seats/live-seats.ts'

const GREEDY = 1_000
const MODEST = 20
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
    const groups = [{ people: 60, events: 4, capacity: 1_000 }]
    const control = await inWorld({ groups }, async (world) => {
      const { modest } = await openMany(world)
      return modest.filter((status) => status !== 200).length
    })
    return inWorld({ groups, apiEnv: { AUTH_RATE_LIMIT: 'on' } }, async (world) => {
      const { greedy, modest, leave } = await openMany(world)
      log(`greedy: ${tally(greedy)}; modest: ${tally(modest)}`)
      leave()
      const { waits, returns } = await hearAmongReturning(world, rounds)
      const late = countLate(waits)
      const isRefused = greedy.every((status) => status === 200 || status === 429)
      const isLetIn = modest.every((status) => status === 200)
      return {
        // In the short form other tests run beside it: one that comes late is their doing.
        ok: isRefused && isLetIn && control > 0 && late <= (quick ? rounds / 2 : 0),
        figure: [
          `${GREEDY} streams of one account: ${tally(greedy)}; ${MODEST} others: ${tally(modest)}`,
          `${rounds} bookings while ${RETURNING} come back ${returns} times for ${MISSED.toLocaleString('en')} entries: heard in ${describeWaits(waits)}, later than a second ${late}`,
          `negative control (no limits): ${control} of ${MODEST} others kept out`,
          quick && 'quick',
        ],
      }
    })
  },
}

/** One opens a thousand, then others come. */
async function openMany(world: World) {
  const [first, ...others] = world.group.people as [Person, ...Person[]]
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
  const { people, events } = world.group
  await queryMain(
    world,
    `insert into audit_log (at, action, subject, subject_id, details)
     select now(), 'booking.created', 'booking', 1, jsonb_build_object('event_id', ${events[1]})
     from generate_series(1, ${MISSED + 2_000})`,
  )
  const { id } = await queryOne<{ id: number }>(world, 'select max(id)::int as id from audit_log')
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
  const client = createClient()
  const bookers = people.slice(-40)
  const waits = await hearBookings(client, {
    at: world.api.url,
    listening: world.api.url,
    listener: people.at(-1) as Person,
    bookings: Array.from({ length: rounds }, (_, i) => ({
      person: bookers[i % bookers.length] as Person,
      eventId: events[Math.floor(i / bookers.length)] ?? 0,
    })),
  })
  client.close()
  isOver = true
  await returning
  return { waits, returns }
}
