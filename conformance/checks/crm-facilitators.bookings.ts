import { type Check, contract, decision } from '../check.ts'
import type { Answer, Query } from '../client.ts'
import { facilitatorBookings } from '../contract/crm-models.ts'
import { expectBody, expectCodedError, expectValues } from '../expect.ts'
import { pagedList } from '../rules/paged-list.ts'
import type { ValueOf } from '../shape.ts'
import {
  byBookingId,
  type Notification,
  newNotification,
  portfolio,
  tally,
  zeros,
} from '../world/notifications.ts'
import type { World } from '../world/world.ts'

/** `GET /api/facilitators/<facilitator_id>/bookings` of the CRM. */
export const facilitatorBookingChecks: Check[] = [
  contract('returns bookings, statistics and pagination with every documented field', async (world) => {
    const { facilitatorId, first, second, third } = await portfolio(world)
    const { answer, body } = await read(world, facilitatorId)
    expectValues(answer, body, { facilitator_id: facilitatorId, pagination: { total: 3 } })
    const wanted = [first, second, third].map(({ booking_id, user, event }) => ({
      booking_id,
      user: { id: user.id, email: user.email, name: user.name },
      event: { id: event.id, title: event.title, type: event.type },
      crm_status: 'new',
    }))
    const bookings = body.bookings.toSorted(byBookingId)
    expectValues(answer, { bookings }, { bookings: wanted.toSorted(byBookingId) })
  }),
  contract('counts what the CRM was sent', async (world) => {
    const { facilitatorId } = await portfolio(world)
    const { answer, body } = await read(world, facilitatorId)
    expectValues(answer, body.statistics, { ...tally, recent_bookings: 3 })
  }),
  contract('lists bookings by event type', async (world) => {
    const { first, second, third } = await portfolio(world)
    await expectExactly(world, { event_type: 'session' }, [first, second])
    await expectExactly(world, { event_type: 'retreat' }, [third])
  }),
  contract('lists bookings by status', async (world) => {
    const { first, second, third } = await portfolio(world)
    await expectExactly(world, { status: 'received' }, [first, second, third])
  }),
  contract('lists bookings by CRM status', async (world) => {
    const { first, second, third } = await portfolio(world)
    await expectExactly(world, { crm_status: 'new' }, [first, second, third])
    await expectExactly(world, { crm_status: 'completed' }, [])
  }),
  ...pagedList('bookings', async (world, query) => {
    const { facilitatorId } = await portfolio(world)
    return world.staff.get(pathOf(facilitatorId), query)
  }),

  decision('lists the newest first', async (world) => {
    const { facilitatorId, first, second, third } = await portfolio(world)
    const { answer, body } = await read(world, facilitatorId)
    const bookings = [third, second, first].map(({ booking_id }) => ({ booking_id }))
    expectValues(answer, body, { bookings })
  }),
  decision('takes filters in any case', async (world) => {
    const { third } = await portfolio(world)
    await expectExactly(world, { event_type: 'RETREAT', status: 'Received', crm_status: 'NEW' }, [third])
  }),
  decision('lists nothing for a status that no booking has', async (world) => {
    await expectExactly(world, { status: 'no-such-status' }, [])
  }),
  ...[{ event_type: 'concert' }, { crm_status: 'forgotten' }].map((query) =>
    decision(`refuses the filter ${new URLSearchParams(query)}`, async (world) => {
      const { facilitatorId } = await portfolio(world)
      expectCodedError(await world.staff.get(pathOf(facilitatorId), query), 400)
    }),
  ),
  decision('answers zeros for a facilitator without bookings', async (world) => {
    const { facilitator_id } = newNotification()
    const { answer, body } = await read(world, facilitator_id)
    const statistics = { ...zeros, recent_bookings: 0 }
    expectValues(answer, body, { facilitator_id, bookings: [], statistics, pagination: { total: 0 } })
  }),
]

type FacilitatorBookings = { answer: Answer; body: ValueOf<typeof facilitatorBookings> }

async function read(world: World, facilitatorId: number, query?: Query): Promise<FacilitatorBookings> {
  const answer = await world.staff.get(pathOf(facilitatorId), query)
  return { answer, body: expectBody(answer, 200, facilitatorBookings) }
}

async function expectExactly(world: World, query: Query, wanted: Notification[]): Promise<void> {
  const { facilitatorId } = await portfolio(world)
  const { answer, body } = await read(world, facilitatorId, query)
  const idsOf = (bookings: { booking_id: number }[]) =>
    bookings.toSorted(byBookingId).map((booking) => booking.booking_id)
  expectValues(answer, { bookingIds: idsOf(body.bookings) }, { bookingIds: idsOf(wanted) })
}

function pathOf(facilitatorId: number): string {
  return `/api/facilitators/${facilitatorId}/bookings`
}
