import { type Check, contract, decision } from '../check.ts'
import type { Query } from '../client.ts'
import { crmStatuses } from '../contract/crm-models.ts'
import { expectCodedError, expectThat, expectValues } from '../expect.ts'
import { type Notification, newNotification, notify, portfolio } from '../world/notifications.ts'
import { listReceived } from '../world/received.ts'
import type { World } from '../world/world.ts'

const noFilters = { facilitator_id: null, event_id: null, user_id: null, status: null, crm_status: null }

/** Filters of the CRM's `GET /api/bookings`. */
export const receivedFilters: Check[] = [
  contract('lists the bookings of a facilitator', async (world) => {
    const { facilitatorId, first, second, third } = await portfolio(world)
    await expectExactly(world, { facilitator_id: facilitatorId }, [first, second, third])
  }),
  contract('lists the bookings of an event', async (world) => {
    const { first, second } = await portfolio(world)
    await expectExactly(world, { event_id: first.event.id }, [first, second])
  }),
  contract('lists the bookings of a user', async (world) => {
    const { first, third } = await portfolio(world)
    await expectExactly(world, { user_id: first.user.id }, [first, third])
  }),
  contract('lists bookings by status', async (world) => {
    const { facilitatorId: facilitator_id, first, second, third } = await portfolio(world)
    await expectExactly(world, { facilitator_id, status: 'received' }, [first, second, third])
  }),
  contract('lists bookings by each CRM status', async (world) => {
    const notification = newNotification()
    const { booking_id, facilitator_id } = notification
    await notify(world, notification)
    for (const crm_status of crmStatuses.toReversed()) {
      await world.staff.put(`/api/bookings/${booking_id}/status`, { crm_status })
      await expectExactly(world, { facilitator_id, crm_status }, [notification])
      const other = crm_status === 'new' ? 'completed' : 'new'
      await expectExactly(world, { facilitator_id, crm_status: other }, [])
    }
  }),
  contract('combines its filters', async (world) => {
    const { facilitatorId: facilitator_id, first } = await portfolio(world)
    await expectExactly(world, { facilitator_id, event_id: first.event.id, user_id: first.user.id }, [first])
  }),
  contract('says that no filter was applied', async (world) => {
    const { answer, body } = await listReceived(world)
    expectValues(answer, body, { filters_applied: noFilters })
  }),
  contract('repeats the filters that were applied', async (world) => {
    const { facilitatorId: facilitator_id, first } = await portfolio(world)
    const filters = {
      facilitator_id,
      event_id: first.event.id,
      user_id: first.user.id,
      status: 'received',
      crm_status: 'new',
    }
    const { answer, body } = await listReceived(world, filters)
    expectValues(answer, body, { filters_applied: filters })
  }),
  contract('counts all notifications and those that match', async (world) => {
    const { facilitatorId: facilitator_id } = await portfolio(world)
    const all = await listReceived(world)
    const { total } = all.body.pagination
    expectValues(all.answer, all.body, { summary: { total_notifications: total, filtered_results: total } })
    const matching = await listReceived(world, { facilitator_id })
    const { summary } = matching.body
    expectValues(matching.answer, matching.body, {
      summary: { filtered_results: 3 },
      pagination: { total: 3 },
    })
    // Bookings may have been added between the two requests.
    const isAtLeast = summary.total_notifications >= total
    expectThat(
      matching.answer,
      isAtLeast,
      `total_notifications from ${total} up`,
      `${summary.total_notifications}`,
    )
  }),

  decision('takes statuses in any case', async (world) => {
    const { facilitatorId: facilitator_id, first, second, third } = await portfolio(world)
    await expectExactly(world, { facilitator_id, status: 'RECEIVED', crm_status: 'NEW' }, [
      first,
      second,
      third,
    ])
  }),
  decision('lists nothing for a status that no booking has', async (world) => {
    await expectExactly(world, { status: 'no-such-status' }, [])
  }),
  ...[{ crm_status: 'forgotten' }, { facilitator_id: 'jane' }, { event_id: 'x' }, { user_id: 'x' }].map(
    (query) =>
      decision(`refuses the filter ${new URLSearchParams(query)}`, async ({ staff }) => {
        expectCodedError(await staff.get('/api/bookings', query), 400)
      }),
  ),
]

async function expectExactly(world: World, query: Query, wanted: Notification[]): Promise<void> {
  const { answer, bookingIds } = await listReceived(world, query)
  const wantedIds = wanted.map((notification) => notification.booking_id)
  expectValues(answer, { bookingIds: bookingIds.toSorted() }, { bookingIds: wantedIds.toSorted() })
}
