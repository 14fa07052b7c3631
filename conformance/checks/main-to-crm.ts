import { setTimeout as pause } from 'node:timers/promises'
import { type AreaChecks, contract, decision, NotRun } from '../check.ts'
import type { Answer } from '../client.ts'
import { type Received, statusUpdated } from '../contract/crm-models.ts'
import { type Booking, bookingCreated, type Event } from '../contract/models.ts'
import { expectBody, expectStatus, expectThat, expectValues } from '../expect.ts'
import { newcomer, type Person } from '../world/people.ts'
import { listReceived, readReceived } from '../world/received.ts'
import { openEvents } from '../world/seats.ts'
import { oncePerRun, type World } from '../world/world.ts'

const patienceSeconds = 10

/** Bookings of one attendee at the Main API, checked at the CRM. */
export const mainToCrm: AreaChecks = {
  'from the Main API to the CRM': [
    contract('brings a booking to the CRM within ten seconds', async (world) => {
      await arrival(world)
    }),
    contract('says who booked', async (world) => {
      const { person } = await departure(world)
      const { answer, booking } = await arrival(world)
      const { id, email, first_name, last_name, phone } = person.user
      expectValues(answer, booking, { user: { id, email, name: `${first_name} ${last_name}`, phone } })
    }),
    contract('says what was booked, and with whom', async (world) => {
      const { event, booking } = await departure(world)
      const { answer, booking: received } = await arrival(world)
      expectValues(answer, received, {
        booking_id: booking.id,
        event: { id: event.id, title: event.title, type: event.event_type.toLowerCase() },
        facilitator_id: event.facilitator.id,
      })
    }),
    contract('starts as received and new', async (world) => {
      const { answer, booking } = await arrival(world)
      expectValues(answer, booking, { status: 'received', crm_status: 'new' })
    }),
    contract('shows the booking among those of its attendee, event and facilitator', async (world) => {
      const { person, event, booking } = await departure(world)
      await arrival(world)
      const filters = { user_id: person.user.id, event_id: event.id, facilitator_id: event.facilitator.id }
      const { answer, bookingIds } = await listReceived(world, filters)
      expectThat(answer, bookingIds.includes(booking.id), `booking ${booking.id}`, `bookings ${bookingIds}`)
    }),
    contract('lets the studio move the booking on', async (world) => {
      const { booking_id } = (await arrival(world)).booking
      const answer = await world.staff.put(`/api/bookings/${booking_id}/status`, { crm_status: 'contacted' })
      const body = expectBody(answer, 200, statusUpdated)
      expectValues(answer, body, { booking_id, old_status: 'new', new_status: 'contacted' })
      const later = await readReceived(world, booking_id)
      expectValues(later.answer, later.booking, { crm_status: 'contacted' })
    }),
    decision('says crm_notified only when the CRM has the booking', async (world) => {
      const { crmNotified, firstLook } = await departure(world)
      if (!crmNotified) throw new NotRun('the CRM did not acknowledge in time, and crm_notified says so')
      expectStatus(firstLook, 200)
    }),
  ],
}

type Departure = { person: Person; event: Event; booking: Booking; crmNotified: boolean; firstLook: Answer }

/** Registers, logs in, books an event, and reads the booking from the CRM at once. */
const departure = oncePerRun(async (world): Promise<Departure> => {
  const person = await newcomer(world)
  const [event] = await openEvents(world)
  const answer = await person.api.post('/api/bookings/', {
    event_id: event.id,
    notes: 'On the way to the CRM',
  })
  const { booking, crm_notified } = expectBody(answer, 201, bookingCreated)
  world.afterRun.push(() => person.api.put(`/api/bookings/${booking.id}/cancel`))
  const firstLook = await world.staff.get(`/api/bookings/${booking.id}`)
  return { person, event, booking, crmNotified: crm_notified, firstLook }
})

const arrival = oncePerRun(async (world): Promise<{ answer: Answer; booking: Received }> => {
  const { booking } = await departure(world)
  const deadline = Date.now() + patienceSeconds * 1_000
  while (Date.now() < deadline && !(await isThere(world, booking.id))) await pause(200)
  return readReceived(world, booking.id)
})

async function isThere(world: World, bookingId: number): Promise<boolean> {
  return (await world.staff.get(`/api/bookings/${bookingId}`)).status === 200
}
