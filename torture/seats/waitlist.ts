import { tally, thousands } from '#harness/load/figures.ts'
import { type Answer, type Client, createClient } from '#harness/load/load.ts'
import { randomFrom } from '#harness/load/random.ts'
import { type Crowd, inWorld, type Person, queryMain, type World } from '#harness/world/world.ts'
import { describeCrm, isInAgreement, untilCrmAgrees } from '../audit.ts'
import type { Proof } from '../proof.ts'

const CONNECTIONS = 200
const CONTROL_ROUNDS = 5
/** Of the holder, those in line and strangers. */
const peopleFor = (size: number) => 1 + 2 * size

/** Who has the seat after a rush, by what they were before. */
type Winner = 'first in line' | 'other in line' | 'stranger' | 'nobody'
type Rush = { winner: Winner; statuses: number[]; faults: string[] }

export const proof: Proof = {
  name: 'waitlist',
  row: 'W1',
  claim:
    'A freed seat is the first waiter’s, however many strangers and others in line grab for it at that moment',
  async run({ quick, log, seed, rounds = quick ? 5 : 50 }) {
    const size = quick ? 50 : 100
    const crowds = [
      { people: peopleFor(size), events: rounds, capacity: 1 },
      { people: peopleFor(20), events: CONTROL_ROUNDS, capacity: 1 },
    ]
    return inWorld({ apis: 2, crowds }, async (world) => {
      const client = createClient({ connections: CONNECTIONS, timeoutMs: 60_000 })
      const random = randomFrom(seed)
      const [lines, controlLines] = world.crowds as [Crowd, Crowd]
      const rushes: Rush[] = []
      for (const eventId of lines.events) {
        const rush = await runRush({ world, client, random, crowd: lines, eventId })
        rushes.push(rush)
        if (rush.faults.length > 0 || rushes.length % 10 === 1)
          log(`event ${eventId}: ${tally(rush.statuses)}, seat to ${rush.winner} ${rush.faults}`)
      }
      // With nobody in line whom the cancellation could give the seat to, the same rush has to catch it.
      const controls: Rush[] = []
      for (const eventId of controlLines.events)
        controls.push(
          await runRush({ world, client, random, crowd: controlLines, eventId, isServedLater: true }),
        )
      client.close()
      const { crm } = await untilCrmAgrees(world, 60_000)
      const caught = controls.filter(({ winner }) => winner === 'stranger').length
      const unfair = rushes.filter(({ faults }) => faults.length > 0)
      return {
        ok: unfair.length === 0 && caught > 0 && isInAgreement(crm),
        figure: [
          `cancel + ${size} in line + ${size} strangers × ${rounds} rounds: seat to ${tally(rushes.map(({ winner }) => winner))}`,
          `answers ${tally(rushes.flatMap(({ statuses }) => statuses))}`,
          `unfair rounds ${unfair.length}${unfair[0] ? ` (${unfair[0].faults.join('; ')})` : ''}`,
          describeCrm(crm),
          `negative control (line served after the commit): strangers won ${caught} of ${thousands(CONTROL_ROUNDS)}`,
          ...(quick ? ['quick'] : []),
        ].join('; '),
      }
    })
  },
}

type RushPlan = {
  world: World
  client: Client
  random: () => number
  crowd: Crowd
  eventId: number
  isServedLater?: boolean
}

/** One takes the only seat, half of the others wait for it, and when it is given back everybody wants it at once. */
async function runRush(plan: RushPlan): Promise<Rush> {
  const { world, client, random, crowd, eventId, isServedLater = false } = plan
  const [holder, ...others] = crowd.people as [Person, ...Person[]]
  const waiters = others.slice(0, others.length / 2)
  const strangers = others.slice(waiters.length)
  const call = (method: string, path: string, { token }: Person, body: object = {}) =>
    client.call(method, `${world.apis[Math.floor(random() * world.apis.length)]?.url}/api/${path}`, {
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
  // Into the middle of the crowd: those before it find the event full, those after it may find it free.
  const cut = Math.floor((grabs.length / 2) * random())
  const before = grabs.slice(0, cut).map(book)
  const cancelling = call('PUT', `bookings/${bookingId}/cancel`, holder)
  const after = grabs.slice(cut).map(book)
  const answers = await Promise.all([...before, ...after])
  const cancelled = await cancelling
  if (isServedLater) await setActive(world, waiters, true)

  const [seat] = await queryMain<{ counter: number; holders: number[]; waiting: number }>(
    world,
    seatOf(eventId),
  )
  const winner = judgeWinner(seat?.holders ?? [], { first, waiters })
  const faults = [
    winner !== 'first in line' && `the seat went to ${winner}`,
    new Set(line.map(({ position }) => position)).size !== waiters.length &&
      'places in line are not distinct',
    cancelled.status !== 200 && `cancelling answered ${cancelled.status}`,
    answers.some(({ status }) => status !== 409) && `answers ${tally(answers.map(statusOf))}`,
    seat?.counter !== 1 && `counter ${seat?.counter}`,
    seat?.holders.length !== 1 && `${seat?.holders.length} hold the seat`,
    seat?.waiting !== waiters.length - 1 && `${seat?.waiting} still wait`,
  ].filter((fault) => fault !== false)
  return { winner, statuses: answers.map(statusOf), faults }
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

const statusOf = ({ status }: Answer) => status

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
