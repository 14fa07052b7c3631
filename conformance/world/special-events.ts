import { randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { NotRun } from '../check.ts'
import { type Booking, type Event, eventAnswer } from '../contract/models.ts'
import { expectShape } from '../expect.ts'
import { findEvents, hasSeats, listEvents, overlap, startsAfter } from './events.ts'
import { facilitator, newcomer, type Person, stranger } from './people.ts'
import { book, openEvents } from './seats.ts'
import { fromNaive, naive } from './times.ts'
import { oncePerRun, type World } from './world.ts'

/** An upcoming event without a free seat: one of the list, or a new one. */
export const fullEvent = oncePerRun(async (world): Promise<Event> => {
  const listed = (await findEvents(world)).find((event) => event.is_full && startsAfter(event, Date.now()))
  if (listed) return listed
  const event = await createEvent(world, someday(), { max_participants: 1 })
  await book(world, await stranger(world), event.id, world.afterRun)
  return event
})

/** Two open events at the same time. */
export const overlappingEvents = oncePerRun(async (world): Promise<[Event, Event]> => {
  const open = (await findEvents(world)).filter(hasSeats(1))
  for (const event of open) {
    const other = open.find((candidate) => candidate.id !== event.id && overlap(event, candidate))
    if (other) return [event, other]
  }
  // A facilitator's events may not overlap, so the second event has another facilitator.
  const { id } = await facilitator(world)
  const [first] = await openEvents(world)
  const beside = open.find((event) => event.facilitator.id !== id) ?? first
  return [beside, await createEvent(world, fromNaive(beside.start_datetime))]
})

/** An event that was cancelled by its facilitator. */
export const cancelledEvent = oncePerRun(async (world): Promise<Event> => {
  const [listed] = (await listEvents(world, { status: 'cancelled' })).events
  if (listed) return listed
  const event = await createEvent(world, someday())
  const { api } = await facilitator(world)
  await api.put(`/api/events/${event.id}/cancel`)
  return event
})

/** An event that has begun and is not over. */
export const begunEvent = oncePerRun(async (world): Promise<Event> => {
  const { events } = await listEvents(world, { status: 'all' })
  const listed = events.find((event) => event.status === 'ACTIVE' && !startsAfter(event, Date.now()))
  return listed ?? (await startedEvent(world)).event
})

/** An event that has begun, with a booking for it. */
export const startedEvent = oncePerRun(
  async (world): Promise<{ event: Event; person: Person; booking: Booking }> => {
    const person = await newcomer(world)
    const startsAt = new Date(Date.now() + 3_000)
    const event = await createEvent(world, startsAt)
    const booking = await book(world, person, event.id, world.afterRun)
    await pause(startsAt.getTime() - Date.now() + 100)
    return { event, person, booking }
  },
)

/** Creating events is not in the contract: without it, checks use the events of the list. */
export async function createEvent(world: World, startsAt: Date, wishes: object = {}): Promise<Event> {
  const { api } = await facilitator(world)
  const answer = await api.post('/api/events/', { ...newEvent(startsAt), ...wishes })
  if (answer.status !== 201) {
    throw new NotRun(
      `no such event is listed, and POST /api/events/ answers ${answer.status} instead of creating it`,
    )
  }
  const { event } = expectShape(answer, eventAnswer)
  world.afterRun.push(() => api.put(`/api/events/${event.id}/cancel`))
  return event
}

export function newEvent(startsAt: Date) {
  return {
    title: 'Conformance check, not a real event',
    event_type: 'SESSION',
    start_datetime: naive(startsAt),
    end_datetime: naive(new Date(startsAt.getTime() + 1_800_000)),
    max_participants: 5,
  }
}

/** Random, one to three years ahead, so that it does not overlap the facilitator's events. */
export function someday(): Date {
  return new Date(Date.now() + randomInt(365, 1095) * 86_400_000 + randomInt(86_400_000))
}
