import { type AreaChecks, contract, decision } from '../check.ts'
import { unknownId } from '../contract/endpoints.ts'
import { bookingAnswer, bookingCancelled, booking as model } from '../contract/models.ts'
import { expectBody, expectCodedError, expectError, expectStatus, expectValues } from '../expect.ts'
import { documented } from '../shape.ts'
import { attendee, stranger } from '../world/people.ts'
import { book, heldBooking, newBooking, seatsTaken } from '../world/seats.ts'
import { startedEvent } from '../world/special-events.ts'
import { bookingCreation } from './main-bookings.create.ts'
import { bookingList } from './main-bookings.list.ts'

export const mainBookings: AreaChecks = {
  'POST /api/bookings/': bookingCreation,
  'GET /api/bookings/': bookingList,

  'GET /api/bookings/<booking_id>': [
    contract('returns the booking that was made', async (world) => {
      const held = await heldBooking(world)
      const answer = await (await attendee(world)).api.get(`/api/bookings/${held.id}`)
      expectValues(answer, expectBody(answer, 200, bookingAnswer).booking, documented(model, held))
    }),
    contract('answers 404 for an unknown booking', async (world) => {
      expectError(await (await attendee(world)).api.get(`/api/bookings/${unknownId}`), 404)
    }),
    contract('hides the bookings of others', async (world) => {
      const held = await heldBooking(world)
      expectError(await (await stranger(world)).api.get(`/api/bookings/${held.id}`), 403, 404)
    }),
    decision('answers for the booking of another as for none', async (world) => {
      const held = await heldBooking(world)
      const { api } = await stranger(world)
      const others = await api.get(`/api/bookings/${held.id}`)
      const unknown = await api.get(`/api/bookings/${unknownId}`)
      expectCodedError(others, 404)
      expectValues(others, others.json, unknown.json)
    }),
  ],

  'PUT /api/bookings/<booking_id>/cancel': [
    contract('cancels the booking and says so', async (world) => {
      const { person, booking } = await newBooking(world)
      const answer = await person.api.put(`/api/bookings/${booking.id}/cancel`)
      expectValues(answer, expectBody(answer, 200, bookingCancelled).booking, { id: booking.id })
      const later = await person.api.get(`/api/bookings/${booking.id}`)
      expectValues(later, expectBody(later, 200, bookingAnswer).booking, { status: 'CANCELLED' })
    }),
    contract('frees the seat', async (world) => {
      const { person, booking, event } = await newBooking(world)
      const before = await seatsTaken(world, event.id)
      await person.api.put(`/api/bookings/${booking.id}/cancel`)
      const after = await seatsTaken(world, event.id)
      expectValues(after.answer, { taken: after.taken }, { taken: before.taken - 1 })
    }),
    contract('takes an empty body that is announced as JSON', async (world) => {
      const { person, booking } = await newBooking(world)
      const headers = { 'content-type': 'application/json' }
      expectStatus(await person.api.send('PUT', `/api/bookings/${booking.id}/cancel`, { headers }), 200)
    }),
    contract('answers 404 for an unknown booking', async (world) => {
      expectError(await (await attendee(world)).api.put(`/api/bookings/${unknownId}/cancel`), 404)
    }),
    contract('leaves the bookings of others alone', async (world) => {
      const held = await heldBooking(world)
      expectError(await (await stranger(world)).api.put(`/api/bookings/${held.id}/cancel`), 403, 404)
      const answer = await (await attendee(world)).api.get(`/api/bookings/${held.id}`)
      expectValues(answer, expectBody(answer, 200, bookingAnswer).booking, { status: held.status })
    }),
    contract('refuses to cancel twice', async (world) => {
      const { person, booking } = await newBooking(world)
      await person.api.put(`/api/bookings/${booking.id}/cancel`)
      expectError(await person.api.put(`/api/bookings/${booking.id}/cancel`), 400, 409)
    }),
    decision('answers a second cancellation with 400', async (world) => {
      const { person, booking } = await newBooking(world)
      await person.api.put(`/api/bookings/${booking.id}/cancel`)
      expectCodedError(await person.api.put(`/api/bookings/${booking.id}/cancel`), 400)
    }),
    decision('answers 404 for the booking of another', async (world) => {
      const held = await heldBooking(world)
      expectCodedError(await (await stranger(world)).api.put(`/api/bookings/${held.id}/cancel`), 404)
    }),
    decision('refuses to cancel what has begun', async (world) => {
      const { person, booking } = await startedEvent(world)
      expectCodedError(await person.api.put(`/api/bookings/${booking.id}/cancel`), 400)
    }),
    decision('lets the same event be booked again, with a new id', async (world) => {
      const { person, booking, event } = await newBooking(world)
      await person.api.put(`/api/bookings/${booking.id}/cancel`)
      const again = await book(world, person, event.id)
      const answer = await person.api.get(`/api/bookings/${booking.id}`)
      expectValues(answer, expectBody(answer, 200, bookingAnswer).booking, { status: 'CANCELLED' })
      expectValues(answer, { isNew: again.id !== booking.id }, { isNew: true })
    }),
  ],
}
