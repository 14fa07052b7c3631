import { type Check, contract, decision } from '../check.ts'
import type { Answer, Query } from '../client.ts'
import { type Booking, booking as bookingModel, bookingPage } from '../contract/models.ts'
import { expectBody, expectCodedError, expectThat, expectValues } from '../expect.ts'
import { pagedList } from '../rules/paged-list.ts'
import { documented } from '../shape.ts'
import { startsAfter } from '../world/events.ts'
import { attendee, type Person, stranger } from '../world/people.ts'
import { heldBooking, newBooking, secondHeldBooking } from '../world/seats.ts'
import { startedEvent } from '../world/special-events.ts'

/** `GET /api/bookings/`. */
export const bookingList: Check[] = [
  contract('returns the booking model with every documented field', async (world) => {
    const held = documented(bookingModel, await heldBooking(world))
    const { answer, bookings } = await list(await attendee(world))
    const listed = bookings.find(({ id }) => id === held.id)
    expectValues(answer, { listed }, { listed: held })
  }),
  contract('shows nobody else the booking', async (world) => {
    const held = await heldBooking(world)
    await expectWithout(await stranger(world), {}, held)
  }),
  contract('lists a confirmed booking with status=CONFIRMED', async (world) => {
    await heldBooking(world)
    const { answer, bookings } = await list(await attendee(world), { status: 'CONFIRMED' })
    expectThat(answer, bookings.length > 0, 'at least one booking', 'none')
    expectThat(
      answer,
      bookings.every(({ status }) => status === 'CONFIRMED'),
      'only CONFIRMED bookings',
    )
  }),
  contract('leaves a confirmed booking out with status=CANCELLED', async (world) => {
    await expectWithout(await attendee(world), { status: 'CANCELLED' }, await heldBooking(world))
  }),
  contract('moves a cancelled booking from status=CONFIRMED to status=CANCELLED', async (world) => {
    const { person, booking } = await newBooking(world)
    await person.api.put(`/api/bookings/${booking.id}/cancel`)
    await expectWithout(person, { status: 'CONFIRMED' }, booking)
    await expectWith(person, { status: 'CANCELLED' }, booking)
  }),
  contract('lists upcoming bookings with upcoming=true', async (world) => {
    const held = await heldBooking(world)
    const { answer, bookings } = await expectWith(await attendee(world), { upcoming: true }, held)
    const now = Date.now() - 60_000
    expectThat(
      answer,
      bookings.every(({ event }) => startsAfter(event, now)),
      'only events to come',
    )
  }),
  contract('lists every booking with upcoming=false', async (world) => {
    await expectWith(await attendee(world), { upcoming: false }, await heldBooking(world))
  }),
  decision('has what is on now with upcoming=true, and not with past=true', async (world) => {
    const { person, booking } = await startedEvent(world)
    await expectWith(person, { upcoming: true }, booking)
    await expectWithout(person, { past: true }, booking)
  }),
  decision('takes a status in any case', async (world) => {
    await expectWith(await attendee(world), { status: 'confirmed' }, await heldBooking(world))
  }),
  decision('refuses an unknown status', async (world) => {
    expectCodedError(await ask(await attendee(world), { status: 'lost' }), 400)
  }),
  ...pagedList('bookings', async (world, query) => {
    await secondHeldBooking(world)
    return ask(await attendee(world), query)
  }),
]

type BookingPage = { answer: Answer; bookings: Booking[] }

function ask({ api }: Person, query: Query): Promise<Answer> {
  return api.get('/api/bookings/', query)
}

async function list(person: Person, query: Query = {}): Promise<BookingPage> {
  const answer = await ask(person, query)
  return { answer, bookings: expectBody(answer, 200, bookingPage).bookings }
}

async function expectWith(person: Person, query: Query, booking: Booking): Promise<BookingPage> {
  const page = await list(person, query)
  expectThat(page.answer, has(page, booking), `booking ${booking.id} in the list`, 'a list without it')
  return page
}

async function expectWithout(person: Person, query: Query, booking: Booking): Promise<void> {
  const page = await list(person, query)
  expectThat(page.answer, !has(page, booking), `no booking ${booking.id} in the list`, 'a list with it')
}

function has({ bookings }: BookingPage, booking: Booking): boolean {
  return bookings.some(({ id }) => id === booking.id)
}
