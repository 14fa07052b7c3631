import { setTimeout as sleep } from 'node:timers/promises'
import { auditMain, describeCrm, isFaultless, isInAgreement, untilCrmAgrees } from '../audit.ts'
import { tally, thousands } from '../figures.ts'
import { createHistory, type History } from '../history.ts'
import { type Answer, type Client, createClient, type EventSeats } from '../load.ts'
import type { Proof } from '../proof.ts'
import { randomFrom } from '../random.ts'
import { type Crowd, inWorld, type Person, queryMain, type World } from '../world.ts'

const CLIENTS = 8
/** What one instance knows, the others know within a second. */
const SETTLE_MS = 2_000

export const proof: Proof = {
  name: 'churn',
  row: 'R3',
  claim: 'While people book and cancel at random, every answer counts seats right, and so does the end',
  async run({ quick, log, seed, seconds = quick ? 10 : 300 }) {
    // Few seats for many people, so that events fill up and empty all the time.
    const crowd = { people: 40, events: 6, capacity: 5 }
    return inWorld({ apis: 2, crowds: [crowd] }, async (world) => {
      const client = createClient({ connections: CLIENTS * 2 })
      const history = createHistory(client)
      const seats = createSeatChecker()
      const endAt = performance.now() + seconds * 1_000
      const progress = setInterval(
        () => log(`${seats.checked()} events seen, wrong ${seats.wrong.length}`),
        30_000,
      )
      const random = randomFrom(seed)
      const { people, events } = world.crowds[0] as Crowd
      await Promise.all(
        Array.from({ length: CLIENTS }, (_, i) =>
          churn({
            world,
            client,
            history,
            random,
            events,
            look: seats.look,
            people: people.filter((_, n) => n % CLIENTS === i),
            isOver: () => performance.now() > endAt,
          }),
        ),
      ).finally(() => clearInterval(progress))
      await sleep(SETTLE_MS)
      const finalWrong = await compareFinalCounts(world, client)
      client.close()
      const audit = await auditMain(world, history)
      const { crm } = await untilCrmAgrees(world, 60_000)
      const odd = seats.statuses.filter((status) => ![200, 201, 400, 409].includes(status))
      return {
        ok:
          seats.wrong.length + finalWrong + odd.length === 0 &&
          seats.checked() > 0 &&
          isFaultless(audit) &&
          isInAgreement(crm),
        figure: [
          `${seconds} s, ${CLIENTS} clients, ${thousands(seats.statuses.length)} answers (${tally(seats.statuses)})`,
          `${thousands(seats.checked())} seat counts, wrong ${seats.wrong.length}${seats.wrong[0] ? ` (${seats.wrong[0]})` : ''}`,
          `at the end: counts wrong ${finalWrong}, drift ${audit.drifted}, ${describeCrm(crm)}`,
        ].join('; '),
      }
    })
  },
}

type Churn = {
  world: World
  client: Client
  history: History
  random: () => number
  people: Person[]
  events: number[]
  look(answer: Answer): Answer
  isOver: () => boolean
}

async function churn({ world, client, history, random, people, events, look, isOver }: Churn): Promise<void> {
  const pick = <T>(items: T[]) => items[Math.floor(random() * items.length)] as T
  const held = new Map<Person, number[]>(people.map((person) => [person, []]))
  while (!isOver()) {
    const person = pick(people)
    const api = pick(world.apis).url
    const own = held.get(person) ?? []
    const choice = random()
    if (choice < 0.4) {
      const { body } = look(await history.book(api, person, pick(events)))
      if (body.booking) own.push(body.booking.id)
    } else if (choice < 0.7 && own.length > 0) {
      const [bookingId = 0] = own.splice(Math.floor(random() * own.length), 1)
      look(await history.cancel(api, person, bookingId))
    } else if (choice < 0.8)
      look(await client.call('GET', `${api}/api/events/?per_page=100`, { token: person.token }))
    else if (choice < 0.9)
      look(await client.call('GET', `${api}/api/events/${pick(events)}`, { token: person.token }))
    else look(await client.call('GET', `${api}/api/bookings/`, { token: person.token }))
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
  const { people, events } = world.crowds[0] as Crowd
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
