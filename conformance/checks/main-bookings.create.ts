import { type Check, contract, decision } from '../check.ts'
import type { Answer } from '../client.ts'
import { unknownId } from '../contract/endpoints.ts'
import { bookingCreated } from '../contract/models.ts'
import {
  expectBody,
  expectCodedError,
  expectError,
  expectFieldError,
  expectThat,
  expectValues,
} from '../expect.ts'
import { attendee, newcomer, type Person } from '../world/people.ts'
import { book, newBooking, openEvents, seatsTaken } from '../world/seats.ts'
import { begunEvent, cancelledEvent, fullEvent, overlappingEvents } from '../world/special-events.ts'
import type { World } from '../world/world.ts'

/** `POST /api/bookings/`. */
export const bookingCreation: Check[] = [
  contract('returns the booking model with every documented field', async (world) => {
    const [event] = await openEvents(world)
    const person = await newcomer(world)
    const { id, email, first_name, last_name } = person.user
    const answer = await send(world, person, { event_id: event.id, notes: 'Looking forward to this session' })
    expectValues(answer, expectBody(answer, 201, bookingCreated).booking, {
      user: { id, email, first_name, last_name },
      event: {
        id: event.id,
        title: event.title,
        event_type: event.event_type,
        start_datetime: event.start_datetime,
      },
      status: 'CONFIRMED',
      payment_status: 'pending',
      notes: 'Looking forward to this session',
    })
  }),
  contract('needs no notes', async (world) => {
    const [event] = await openEvents(world)
    const answer = await send(world, await newcomer(world), { event_id: event.id })
    expectBody(answer, 201, bookingCreated)
  }),
  contract('takes one seat', async (world) => {
    const [event] = await openEvents(world)
    const before = await seatsTaken(world, event.id)
    await newBooking(world)
    const after = await seatsTaken(world, event.id)
    expectValues(after.answer, { taken: after.taken }, { taken: before.taken + 1 })
  }),
  contract('refuses a body without event_id', async (world) => {
    expectError(await send(world, await attendee(world), { notes: 'Which event?' }), 400)
  }),
  contract('answers 404 for an unknown event', async (world) => {
    expectError(await send(world, await attendee(world), { event_id: unknownId }), 404)
  }),
  contract('refuses a second booking of the same event', async (world) => {
    const { person, event } = await newBooking(world)
    expectError(await send(world, person, { event_id: event.id }), 400, 409)
  }),

  decision('answers a second booking of the same event with 409', async (world) => {
    const { person, event } = await newBooking(world)
    expectCodedError(await send(world, person, { event_id: event.id }), 409)
  }),
  decision('books once when the same request comes five times at once', async (world) => {
    const [event] = await openEvents(world)
    const person = await newcomer(world)
    const sendings = Array.from({ length: 5 }, () => send(world, person, { event_id: event.id }))
    const answers = await Promise.all(sendings)
    const booked = answers.filter(({ status }) => status === 201).length
    for (const answer of answers) {
      expectThat(answer, booked === 1, 'one booking from five requests', `${booked} bookings`)
      if (answer.status !== 201) expectCodedError(answer, 409)
    }
  }),
  decision('answers 409 for an event that is full', async (world) => {
    const event = await fullEvent(world)
    expectCodedError(await send(world, await newcomer(world), { event_id: event.id }), 409)
  }),
  decision('answers 409 for an event at the time of another booking', async (world) => {
    const [event, other] = await overlappingEvents(world)
    const person = await newcomer(world)
    await book(world, person, event.id)
    expectCodedError(await send(world, person, { event_id: other.id }), 409)
  }),
  decision('refuses an event that has begun', async (world) => {
    const event = await begunEvent(world)
    expectCodedError(await send(world, await attendee(world), { event_id: event.id }), 400)
  }),
  decision('refuses an event that is cancelled', async (world) => {
    const event = await cancelledEvent(world)
    expectCodedError(await send(world, await attendee(world), { event_id: event.id }), 400)
  }),
  ...[undefined, null, '1', 0, -1, 1.5, true].map((event_id) =>
    decision(
      `names event_id in details when it is ${JSON.stringify(event_id) ?? 'missing'}`,
      async (world) => {
        expectFieldError(await send(world, await attendee(world), { event_id }), 'event_id')
      },
    ),
  ),
  decision('answers an event_id beyond 32 bits like any unknown or invalid one', async (world) => {
    const { api } = await attendee(world)
    for (const event_id of [2 ** 31, 2 ** 63, 1e20]) {
      expectCodedError(await api.post('/api/bookings/', { event_id }), 400, 404)
    }
  }),
  decision('names notes in details when they are no text', async (world) => {
    const [event] = await openEvents(world)
    const answer = await send(world, await attendee(world), { event_id: event.id, notes: { a: 1 } })
    expectFieldError(answer, 'notes')
  }),
]

/** Cancels the booking after the check. */
async function send(world: World, { api }: Person, body: object): Promise<Answer> {
  const answer = await api.post('/api/bookings/', body)
  const { booking } = (answer.json ?? {}) as { booking?: { id?: unknown } }
  if (booking) world.afterCheck.push(() => api.put(`/api/bookings/${booking.id}/cancel`))
  return answer
}
