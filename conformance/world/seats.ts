import { NotRun } from '../check.ts'
import type { Answer } from '../client.ts'
import { type Booking, bookingCreated, type Event, eventAnswer } from '../contract/models.ts'
import { expectBody } from '../expect.ts'
import { findEvents, hasSeats, overlap } from './events.ts'
import { attendee, newcomer, type Person } from './people.ts'
import { oncePerRun, type Undo, type World } from './world.ts'

// Two bookings are kept during the run, and one more by single checks.
const seatsNeeded = 3

/** Open events with enough free seats for the run, which do not overlap. */
export const openEvents = oncePerRun(async (world): Promise<[Event, ...Event[]]> => {
  const [first, ...others] = (await findEvents(world)).filter(hasSeats(seatsNeeded))
  if (!first) throw new NotRun(`GET /api/events/ lists no upcoming event with ${seatsNeeded} free seats`)
  const apart: [Event, ...Event[]] = [first]
  for (const event of others) if (!apart.some((taken) => overlap(taken, event))) apart.push(event)
  return apart
})

/** A booking of the attendee that is kept during the run, so that lists are not empty. */
export const heldBooking = oncePerRun(async (world): Promise<Booking> => {
  const [event] = await openEvents(world)
  return book(world, await attendee(world), event.id, world.afterRun)
})

/** The same attendee's second booking, at another time. */
export const secondHeldBooking = oncePerRun(async (world): Promise<Booking> => {
  await heldBooking(world)
  const [, event] = await openEvents(world)
  if (!event) throw new NotRun('GET /api/events/ lists no second open event at another time')
  return book(world, await attendee(world), event.id, world.afterRun)
})

/** The number of booked seats of the event. */
export async function seatsTaken(world: World, eventId: number): Promise<{ answer: Answer; taken: number }> {
  const answer = await (await attendee(world)).api.get(`/api/events/${eventId}`)
  return { answer, taken: expectBody(answer, 200, eventAnswer).event.current_participants }
}

/** A new person with a booking, which is cancelled after the check. */
export async function newBooking(world: World): Promise<{ person: Person; booking: Booking; event: Event }> {
  const [event] = await openEvents(world)
  const person = await newcomer(world)
  return { person, event, booking: await book(world, person, event.id) }
}

export async function book(
  world: World,
  person: Person,
  eventId: number,
  undos: Undo[] = world.afterCheck,
): Promise<Booking> {
  const answer = await person.api.post('/api/bookings/', { event_id: eventId, notes: 'Conformance' })
  const { booking } = expectBody(answer, 201, bookingCreated)
  undos.push(() => person.api.put(`/api/bookings/${booking.id}/cancel`))
  return booking
}
