import { type AreaChecks, contract, decision } from '../check.ts'
import { crmStatuses, receivedAnswer, receivedPage, statusUpdated } from '../contract/crm-models.ts'
import { unknownId } from '../contract/endpoints.ts'
import { expectBody, expectCodedError, expectError, expectThat, expectValues } from '../expect.ts'
import { pagedList } from '../rules/paged-list.ts'
import { type Notification, newNotification, notify, portfolio } from '../world/notifications.ts'
import { listReceived, readReceived } from '../world/received.ts'
import type { World } from '../world/world.ts'
import { receivedFilters } from './crm-bookings.filters.ts'

export const crmBookings: AreaChecks = {
  'GET /api/bookings': [
    contract(
      'returns notifications, pagination, filters and summary in every documented field',
      async (world) => {
        await portfolio(world)
        const { answer, body } = await listReceived(world)
        expectThat(answer, body.bookings.length > 0, 'at least one notification', 'an empty list')
      },
    ),
    contract('never shows more than 100 a page', async (world) => {
      await portfolio(world)
      const answer = await world.staff.get('/api/bookings', { per_page: 101 })
      // The contract names the maximum, but not whether more is refused or cut.
      if (answer.status === 400) return expectError(answer, 400)
      const { bookings, pagination } = expectBody(answer, 200, receivedPage)
      expectThat(answer, pagination.per_page <= 100, 'per_page up to 100', `${pagination.per_page}`)
      expectThat(answer, bookings.length <= 100, 'up to 100 items', `${bookings.length}`)
    }),
    decision('lists the newest first', async (world) => {
      const { facilitatorId: facilitator_id, first, second, third } = await portfolio(world)
      const { answer, bookingIds } = await listReceived(world, { facilitator_id })
      const newestFirst = [third, second, first].map((notification) => notification.booking_id)
      expectValues(answer, { bookingIds }, { bookingIds: newestFirst })
    }),
    ...receivedFilters,
    ...pagedList('bookings', async (world, query) => {
      const { facilitatorId: facilitator_id } = await portfolio(world)
      return world.staff.get('/api/bookings', { facilitator_id, ...query })
    }),
  ],

  'GET /api/bookings/<booking_id>': [
    contract('returns one notification by its booking id', async (world) => {
      const { first } = await portfolio(world)
      const answer = await world.staff.get(`/api/bookings/${first.booking_id}`)
      const { booking } = expectBody(answer, 200, receivedAnswer)
      expectValues(answer, booking, { booking_id: first.booking_id, user: first.user })
    }),
    contract('answers 404 for an unknown booking', async ({ staff }) => {
      expectError(await staff.get(`/api/bookings/${unknownId}`), 404)
    }),
  ],

  'PUT /api/bookings/<booking_id>/status': [
    contract('changes the status and says from what to what', async (world) => {
      const { booking_id } = await received(world)
      const change = { crm_status: 'contacted', notes: 'Called customer to confirm attendance' }
      const answer = await world.staff.put(`/api/bookings/${booking_id}/status`, change)
      const body = expectBody(answer, 200, statusUpdated)
      expectValues(answer, body, { booking_id, old_status: 'new', new_status: 'contacted' })
      const { answer: later, booking } = await readReceived(world, booking_id)
      expectValues(later, booking, { crm_status: 'contacted', status: 'received' })
    }),
    contract('takes every documented status, with or without notes', async (world) => {
      const { booking_id } = await received(world)
      // In reverse order, because the initial status is `new`.
      for (const crm_status of crmStatuses.toReversed()) {
        const answer = await world.staff.put(`/api/bookings/${booking_id}/status`, { crm_status })
        expectValues(answer, expectBody(answer, 200, statusUpdated), { new_status: crm_status })
      }
    }),
    contract('refuses a status that is not documented, and keeps the old one', async (world) => {
      const { booking_id } = await received(world)
      const path = `/api/bookings/${booking_id}/status`
      expectError(await world.staff.put(path, { crm_status: 'forgotten' }), 400)
      const { answer, booking } = await readReceived(world, booking_id)
      expectValues(answer, booking, { crm_status: 'new' })
    }),
    contract('refuses a body without crm_status', async (world) => {
      const { booking_id } = await received(world)
      expectError(await world.staff.put(`/api/bookings/${booking_id}/status`, { notes: 'Called' }), 400)
    }),
    contract('answers 404 for an unknown booking', async ({ staff }) => {
      expectError(await staff.put(`/api/bookings/${unknownId}/status`, { crm_status: 'contacted' }), 404)
    }),
    decision('gives a refused status a code', async (world) => {
      const { booking_id } = await received(world)
      const path = `/api/bookings/${booking_id}/status`
      expectCodedError(await world.staff.put(path, { crm_status: 'forgotten' }), 400)
    }),
  ],
}

async function received(world: World): Promise<Notification> {
  const notification = newNotification()
  await notify(world, notification)
  return notification
}
