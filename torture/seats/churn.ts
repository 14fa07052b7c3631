import { setTimeout as sleep } from 'node:timers/promises'
import { tally, thousands } from '#harness/load/figures.ts'
import { type Answer, type Client, createClient, type EventSeats } from '#harness/load/load.ts'
import { pickFrom, randomFrom } from '#harness/load/random.ts'
import { queryMain, queryOne } from '#harness/world/main-database.ts'
import { inWorld, type Person, type World } from '#harness/world/world.ts'
import { auditMain, countDrifted, untilCrmAgrees } from '../audit.ts'
import { createHistory, type History } from '../history.ts'
import type { Proof } from '../proof.ts'

const CLIENTS = 8
const CAPACITY_MAX = 9
/** How often an organiser does something, and how often somebody looks whether all counters are right. */
const ORGANISE_EVERY_MS = 40
const RECOUNT_EVERY_MS = 500
/** What one instance knows, the others know within a second. */
const SETTLE_MS = 2_000

export const proof: Proof = {
  name: 'churn',
  row: 'R3',
  claim:
    'While people book and cancel and events grow, shrink, come and go, every answer and every recount is right',
  run({ quick, log, seed, seconds = quick ? 10 : 300 }) {
    // Few seats for many people, so that events fill up and empty all the time.
    const group = { people: 41, events: 6, capacity: 5 }
    return inWorld({ apis: 2, groups: [group] }, async (world) => {
      const client = createClient({ connections: CLIENTS * 2 })
      const history = createHistory(client)
      const seats = createSeatChecker()
      const endAt = performance.now() + SETTLE_MS + seconds * 1_000
      const progress = setInterval(
        () => log(`${seats.checked()} events seen, wrong ${seats.wrong.length}`),
        30_000,
      )
      const { people, events } = world.group
      const organiser = people.pop() as Person
      await queryMain(world, `update users set is_admin = true where id = ${organiser.id}`)
      await sleep(SETTLE_MS)
      const isOver = () => performance.now() > endAt
      const recounts: number[] = []
      const doing = { world, client, history, random: randomFrom(seed), events, look: seats.look, isOver }
      const shares = Array.from({ length: CLIENTS }, (_, i) => people.filter((_, n) => n % CLIENTS === i))
      await Promise.all([
        organise(doing, organiser),
        recount(world, recounts, isOver),
        ...shares.map((share) => churn(doing, share)),
      ]).finally(() => clearInterval(progress))
      await sleep(SETTLE_MS)
      const finalWrong = await compareFinalCounts(world, client)
      client.close()
      const audit = await auditMain(world, history)
      const crm = await untilCrmAgrees(world)
      const odd = seats.statuses.filter((status) => ![200, 201, 400, 409].includes(status))
      const cancelled = history.eventCancellations.filter(({ answer }) => answer.status === 200)
      return {
        ok:
          seats.wrong.length + finalWrong + odd.length === 0 &&
          seats.checked() > 0 &&
          recounts.length > 0 &&
          recounts.every((drifted) => drifted === 0) &&
          audit.isSound &&
          crm.isSound,
        figure: [
          `${seconds} s, ${CLIENTS} clients, ${thousands(seats.statuses.length)} answers (${tally(seats.statuses)})`,
          `${thousands(seats.checked())} seat counts, wrong ${seats.wrong.length}${seats.wrong[0] ? ` (${seats.wrong[0]})` : ''}`,
          `${thousands(recounts.length)} recounts meanwhile, drift ${Math.max(...recounts)}`,
          `events cancelled ${cancelled.length}`,
          `at the end: counts wrong ${finalWrong}, drift ${audit.drifted}, ${crm.words}`,
        ],
      }
    })
  },
}

type Doing = {
  world: World
  client: Client
  history: History
  random: () => number
  events: number[]
  look(answer: Answer): Answer
  isOver: () => boolean
}

async function churn(doing: Doing, people: Person[]): Promise<void> {
  const { world, client, history, random, events, look, isOver } = doing
  const held = new Map<Person, number[]>(people.map((person) => [person, []]))
  while (!isOver()) {
    const person = pickFrom(people, random)
    const api = pickFrom(world.apis, random).url
    const own = held.get(person) ?? []
    const choice = random()
    const read = async (path: string) => look(await client.call('GET', api + path, { token: person.token }))
    if (choice < 0.4) {
      const { body } = look(await history.book(api, person, pickFrom(events, random)))
      if (body.booking) own.push(body.booking.id)
    } else if (choice < 0.7 && own.length > 0) {
      const [bookingId = 0] = own.splice(Math.floor(random() * own.length), 1)
      look(await history.cancel(api, person, bookingId))
    } else if (choice < 0.8) await read('/api/events/?per_page=100')
    else if (choice < 0.9) await read(`/api/events/${pickFrom(events, random)}`)
    else await read('/api/bookings/')
  }
}

/** Events get more seats and fewer, and now and then one is cancelled and another takes its place. */
async function organise(doing: Doing, organiser: Person): Promise<void> {
  const { world, client, history, random, events, look, isOver } = doing
  const { token } = organiser
  const { id: facilitator_id } = await queryOne<{ id: number }>(
    world,
    'select min(id) as id from facilitators',
  )
  for (let n = 0; !isOver(); n++) {
    await sleep(ORGANISE_EVERY_MS)
    const at = Math.floor(random() * events.length)
    const api = world.apis[n % world.apis.length]?.url ?? ''
    if (n % 50 !== 49) {
      const body = { max_participants: 1 + Math.floor(random() * CAPACITY_MAX) }
      look(await client.call('PUT', `${api}/api/events/${events[at]}`, { token, body }))
      continue
    }
    const body = { ...newEvent(n), facilitator_id }
    const made = look(await client.call('POST', `${api}/api/events/`, { token, body }))
    const [cancelled = 0] = events.splice(at, 1, made.body.event?.id ?? 0)
    look(await history.cancelEvent(api, organiser, cancelled))
  }
}

/** Each at a time of its own, so that anybody may book all of them. */
function newEvent(n: number) {
  const start = Date.now() + 400 * 86_400_000 + n * 3_600_000
  const [start_datetime, end_datetime] = [start, start + 1_800_000].map((ms) => new Date(ms).toISOString())
  return { title: `Churn ${n}`, event_type: 'session', max_participants: 5, start_datetime, end_datetime }
}

/** As the database has them at one moment, in the middle of everything. */
async function recount(world: World, found: number[], isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    found.push(await countDrifted(world))
    await sleep(RECOUNT_EVERY_MS)
  }
}

/** Looks at the seats in every answer that has any. */
function createSeatChecker() {
  const statuses: number[] = []
  const wrong: string[] = []
  let checked = 0
  const check = (event: EventSeats) => {
    const { current_participants: current, max_participants: max, available_spots, is_full } = event
    checked++
    if (current < 0 || current > max || available_spots !== max - current || is_full !== (current === max))
      wrong.push(`event ${event.id}: ${current} of ${max}, ${available_spots} left, full ${is_full}`)
  }
  return {
    statuses,
    wrong,
    checked: () => checked,
    look(answer: Answer): Answer {
      statuses.push(answer.status)
      const { event, events = [] } = answer.body
      for (const each of event ? [event, ...events] : events) check(each)
      return answer
    },
  }
}

/** How many events are told otherwise than their bookings are, by any of the processes. */
async function compareFinalCounts(world: World, client: Client): Promise<number> {
  const rows = await queryMain<{ event_id: number; booked: number }>(
    world,
    `select event_id, count(*)::int as booked from bookings where status <> 'CANCELLED' group by event_id`,
  )
  const booked = new Map(rows.map((row) => [row.event_id, row.booked]))
  const { people, events } = world.group
  const token = people[0]?.token ?? ''
  let wrong = 0
  for (const api of world.apis) {
    const { body } = await client.call('GET', `${api.url}/api/events/?per_page=100`, { token })
    for (const id of events) {
      const told = body.events?.find((event) => event.id === id)?.current_participants
      if (told !== (booked.get(id) ?? 0)) wrong++
    }
  }
  return wrong
}
