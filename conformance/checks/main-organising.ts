import { type AreaChecks, decision } from '../check.ts'
import { eventAnswer, eventList } from '../contract/models.ts'
import { expectBody, expectCodedError, expectFieldError, expectThat, expectValues } from '../expect.ts'
import { attendee, facilitator, newcomer } from '../world/people.ts'
import { book, seatsTaken } from '../world/seats.ts'
import { createEvent, newEvent, someday } from '../world/special-events.ts'
import { naive } from '../world/times.ts'
import type { World } from '../world/world.ts'

/** Not in the contract: not run against a service that cannot create events. */
export const mainOrganising: AreaChecks = {
  'POST /api/events/': [
    decision('creates an event that everybody can see', async (world) => {
      const created = await createEvent(world, someday(), { title: '  Quiet hour ', price: 12.5 })
      const { id } = await facilitator(world)
      const answer = await (await attendee(world)).api.get(`/api/events/${created.id}`)
      const { event } = expectBody(answer, 200, eventAnswer)
      const { title, price, status, current_participants } = event
      expectValues(
        answer,
        { title, price, status, current_participants, facilitator: event.facilitator.id },
        { title: 'Quiet hour', price: 12.5, status: 'ACTIVE', current_participants: 0, facilitator: id },
      )
    }),
    decision('names every field that is wrong at once', async (world) => {
      const { api } = await organiser(world)
      const wrong = { ...newEvent(someday()), title: ' ', max_participants: 0, virtual_link: 'javascript:1' }
      const answer = await api.post('/api/events/', wrong)
      for (const field of ['title', 'max_participants', 'virtual_link']) expectFieldError(answer, field)
    }),
    decision('takes no event that begins in the past or ends before it begins', async (world) => {
      const { api } = await organiser(world)
      const past = newEvent(new Date(Date.now() - 3_600_000))
      expectFieldError(await api.post('/api/events/', past), 'start_datetime')
      const start = someday()
      const backwards = { ...newEvent(start), end_datetime: naive(start) }
      expectFieldError(await api.post('/api/events/', backwards), 'end_datetime')
    }),
    decision('is not for attendees', async (world) => {
      await organiser(world)
      const { api } = await attendee(world)
      expectCodedError(await api.post('/api/events/', newEvent(someday())), 403)
    }),
    decision('makes a series that keeps its time on the clock when the clocks change', async (world) => {
      const { api } = await organiser(world)
      const year = new Date().getUTCFullYear() + 2
      const answer = await api.post('/api/events/', {
        ...newEvent(new Date(`${year}-03-20T06:00:00Z`)),
        timezone: 'Europe/Berlin',
        recurrence: 'FREQ=WEEKLY;COUNT=3',
      })
      const { events } = expectBody(answer, 201, eventList)
      for (const { id } of events) world.afterCheck.push(() => api.put(`/api/events/${id}/cancel`))
      const hours = events.map(({ start_datetime }) => start_datetime.slice(11, 13))
      expectValues(answer, { first: hours[0], last: hours[2] }, { first: '06', last: '05' })
    }),
  ],

  'PUT /api/events/<event_id>': [
    decision('changes what is given and nothing else', async (world) => {
      const event = await createEvent(world, someday())
      const { api } = await facilitator(world)
      const answer = await api.put(`/api/events/${event.id}`, { title: 'Another title' })
      expectValues(answer, expectBody(answer, 200, eventAnswer).event, { ...event, title: 'Another title' })
    }),
    decision('is not for anybody else', async (world) => {
      const event = await createEvent(world, someday())
      const { api } = await attendee(world)
      expectCodedError(await api.put(`/api/events/${event.id}`, { title: 'Mine' }), 403)
    }),
    decision('never leaves fewer seats than bookings', async (world) => {
      const event = await createEvent(world, someday())
      for (const person of [await newcomer(world), await newcomer(world)]) await book(world, person, event.id)
      const { api } = await facilitator(world)
      expectCodedError(await api.put(`/api/events/${event.id}`, { max_participants: 1 }), 409)
    }),
  ],

  'PUT /api/events/<event_id>/cancel': [
    decision('cancels every booking with it', async (world) => {
      const event = await createEvent(world, someday())
      const person = await newcomer(world)
      const booking = await book(world, person, event.id)
      const { api } = await facilitator(world)
      const answer = await api.put(`/api/events/${event.id}/cancel`, { reason: 'Only a check' })
      expectValues(answer, expectBody(answer, 200, eventAnswer).event, { status: 'CANCELLED' })
      const own = await person.api.get(`/api/bookings/${booking.id}`)
      expectValues(own, own.json, { booking: { status: 'CANCELLED' } })
      const seats = await seatsTaken(world, event.id)
      expectValues(seats.answer, { taken: seats.taken }, { taken: 0 })
    }),
    decision('is not for anybody else', async (world) => {
      const event = await createEvent(world, someday())
      const { api } = await attendee(world)
      expectCodedError(await api.put(`/api/events/${event.id}/cancel`), 403)
    }),
  ],

  'GET /api/events/<event_id>/calendar.ics': [
    decision('is an iCalendar file of the event', async (world) => {
      const event = await createEvent(world, someday())
      const answer = await (await attendee(world)).api.get(`/api/events/${event.id}/calendar.ics`)
      const type = answer.headers['content-type'] ?? 'none'
      expectThat(answer, type.startsWith('text/calendar'), 'content type text/calendar', type)
      const start = `DTSTART:${event.start_datetime.replace(/[-:]/g, '')}Z\r\n`
      for (const line of ['BEGIN:VCALENDAR\r\n', start, 'STATUS:CONFIRMED\r\n'])
        expectThat(answer, answer.text.includes(line), `a line ${line.trim()}`)
    }),
  ],

  'GET /api/bookings/calendar.ics': [
    decision('shows bookings to whoever has the secret, and to nobody else', async (world) => {
      const event = await createEvent(world, someday())
      const person = await newcomer(world)
      const booking = await book(world, person, event.id)
      const opened = await person.api.post('/api/bookings/calendar-token')
      const { token } = opened.json as { token: string }
      const feed = await world.main.get('/api/bookings/calendar.ics', { token })
      expectThat(feed, feed.text.includes(`UID:booking-${booking.id}@`), `an entry of booking ${booking.id}`)
      expectCodedError(await world.main.get('/api/bookings/calendar.ics', { token: `${token}x` }), 401)
    }),
  ],
}

/** Not run where events cannot be created. */
async function organiser(world: World) {
  await createEvent(world, someday())
  return facilitator(world)
}
