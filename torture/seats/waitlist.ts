import { outcomes, tally } from '#harness/load/figures.ts'
import { type Answer, type Client, createClient } from '#harness/load/load.ts'
import { pickFrom, randomFrom } from '#harness/load/random.ts'
import { queryMain, queryOne } from '#harness/world/main-database.ts'
import { type Group, inWorld, type Person, type World } from '#harness/world/world.ts'
import { untilCrmAgrees } from '../audit.ts'
import type { Proof } from '../proof.ts'

const CONNECTIONS = 200
const CONTROL_ROUNDS = 5
/** Of the holder, those in line and strangers. */
const peopleFor = (size: number) => 1 + 2 * size

/** Who has the seat after a rush, by what they were before. */
type Winner = 'first in line' | 'other in line' | 'stranger' | 'nobody'
type Rush = { winner: Winner; answers: Answer[]; faults: string[] }

export const proof: Proof = {
  name: 'waitlist',
  row: 'W1',
  claim:
    'A freed seat is the first waiter’s, however many strangers and others in line grab for it at that moment',
  run({ quick, log, seed, rounds = quick ? 5 : 50 }) {
    const size = quick ? 50 : 100
    const groups = [
      { people: peopleFor(size), events: rounds, capacity: 1 },
      { people: peopleFor(20), events: CONTROL_ROUNDS, capacity: 1 },
    ]
    return inWorld({ apis: 2, groups }, async (world) => {
      const client = createClient({ connections: CONNECTIONS, timeoutMs: 60_000 })
      const random = randomFrom(seed)
      const [lines, controlLines] = world.groups as [Group, Group]
      const rushes: Rush[] = []
      for (const eventId of lines.events) {
        const rush = await runRush({ world, client, random, group: lines, eventId })
        rushes.push(rush)
        if (rush.faults.length > 0 || rushes.length % 10 === 1)
          log(`event ${eventId}: ${outcomes(rush.answers)}, seat to ${rush.winner} ${rush.faults}`)
      }
      // With nobody in line whom the cancellation could give the seat to, the same rush has to catch it.
      const controls: Rush[] = []
      for (const eventId of controlLines.events)
        controls.push(
          await runRush({ world, client, random, group: controlLines, eventId, isServedLater: true }),
        )
      client.close()
      const crm = await untilCrmAgrees(world)
      const caught = controls.filter(({ winner }) => winner === 'stranger').length
      const unfair = rushes.filter(({ faults }) => faults.length > 0)
      return {
        ok: unfair.length === 0 && caught > 0 && crm.isSound,
        figure: [
          `cancel + ${size} in line + ${size} strangers × ${rounds} rounds: seat to ${tally(rushes.map(({ winner }) => winner))}`,
          `answers ${outcomes(rushes.flatMap(({ answers }) => answers))}`,
          `unfair rounds ${unfair.length}${unfair[0] ? ` (${unfair[0].faults.join('; ')})` : ''}`,
          crm.words,
          `negative control (line served after the commit): strangers won ${caught} of ${CONTROL_ROUNDS}`,
          quick && 'quick',
        ],
      }
    })
  },
}

type RushPlan = {
  world: World
  client: Client
  random: () => number
  group: Group
  eventId: number
  isServedLater?: boolean
}

/** One takes the only seat, half of the others wait for it, and when it is given back everybody wants it at once. */
async function runRush(plan: RushPlan): Promise<Rush> {
  const { world, client, random, group, eventId, isServedLater = false } = plan
  const [holder, ...others] = group.people as [Person, ...Person[]]
  const waiters = others.slice(0, others.length / 2)
  const strangers = others.slice(waiters.length)
  const call = (method: string, path: string, { token }: Person, body: object = {}) =>
    client.call(method, `${pickFrom(world.apis, random).url}/api/${path}`, {
      token,
      body,
    })
  const book = (person: Person) => call('POST', 'bookings/', person, { event_id: eventId })

  const bookingId = (await book(holder)).body.booking?.id
  const joined = await Promise.all(
    waiters.map((waiter) => call('POST', `events/${eventId}/waitlist`, waiter)),
  )
  const line = waiters.map((person, i) => ({ person, position: joined[i]?.body.waitlist?.position ?? 0 }))
  const first = line.find(({ position }) => position === 1)?.person
  if (isServedLater) await setActive(world, waiters, false)
  const grabs = shuffle([...strangers, ...strangers, ...(isServedLater ? [] : waiters)], random)
  // In the middle of them: those before it find the event full, those after it may find it free.
  const cut = Math.floor((grabs.length / 2) * random())
  const before = grabs.slice(0, cut).map(book)
  const cancelling = call('PUT', `bookings/${bookingId}/cancel`, holder)
  const after = grabs.slice(cut).map(book)
  const answers = await Promise.all([...before, ...after])
  const cancelled = await cancelling
  if (isServedLater) await setActive(world, waiters, true)

  const { counter, holders, waiting } = await queryOne<Seat>(world, seatOf(eventId))
  const winner = judgeWinner(holders, { first, waiters })
  const faults = [
    winner !== 'first in line' && `the seat went to ${winner}`,
    new Set(line.map(({ position }) => position)).size !== waiters.length &&
      'places in line are not distinct',
    cancelled.status !== 200 && `cancelling answered ${cancelled.status}`,
    answers.some(({ status }) => status !== 409) && `answers ${outcomes(answers)}`,
    counter !== 1 && `counter ${counter}`,
    holders.length !== 1 && `${holders.length} hold the seat`,
    waiting !== waiters.length - 1 && `${waiting} still wait`,
  ].filter((fault) => fault !== false)
  return { winner, answers, faults }
}

function judgeWinner(
  holders: number[],
  { first, waiters }: { first: Person | undefined; waiters: Person[] },
): Winner {
  const [id] = holders
  if (id === undefined) return 'nobody'
  if (id === first?.id) return 'first in line'
  return waiters.some((waiter) => waiter.id === id) ? 'other in line' : 'stranger'
}

type Seat = { counter: number; holders: number[]; waiting: number }

const seatOf = (eventId: number) => `
  select current_participants as counter,
    (select coalesce(array_agg(user_id), '{}') from bookings where event_id = events.id and status <> 'CANCELLED') as holders,
    (select count(*)::int from waitlist_entries where event_id = events.id and status = 'waiting') as waiting
  from events where id = ${eventId}`

/** A closed account is passed over in line. */
async function setActive(world: World, people: Person[], isActive: boolean): Promise<void> {
  const ids = people.map(({ id }) => id).join(', ')
  await queryMain(world, `update users set is_active = ${isActive} where id in (${ids})`)
}

function shuffle<T>(items: T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item)
}
