import { type AreaChecks, contract, decision } from '../check.ts'
import type { Answer } from '../client.ts'
import { dashboard } from '../contract/crm-models.ts'
import { expectBody, expectValues } from '../expect.ts'
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
import { facilitatorBookingChecks } from './crm-facilitators.bookings.ts'

export const crmFacilitators: AreaChecks = {
  'GET /api/facilitators/<facilitator_id>/bookings': facilitatorBookingChecks,

  'GET /api/facilitators/<facilitator_id>/dashboard': [
    contract('returns the dashboard with every documented field', async (world) => {
      const { facilitatorId } = await portfolio(world)
      const { answer, body } = await readDashboard(world, facilitatorId)
      expectValues(answer, body, { facilitator_id: facilitatorId })
    }),
    contract('counts what the CRM was sent', async (world) => {
      const { facilitatorId } = await portfolio(world)
      const { answer, body } = await readDashboard(world, facilitatorId)
      expectValues(answer, body.summary, { ...tally, recent_bookings_count: 3 })
      expectValues(answer, body.booking_trends, { sessions_vs_retreats: { sessions: 2, retreats: 1 } })
    }),
    contract('ranks the popular events by their bookings', async (world) => {
      const { facilitatorId, first, third } = await portfolio(world)
      const { answer, body } = await readDashboard(world, facilitatorId)
      const popular_events = [popular(first, 2), popular(third, 1)]
      expectValues(answer, body, { popular_events })
    }),
    contract('shows the recent bookings', async (world) => {
      const { facilitatorId, first, second, third } = await portfolio(world)
      const { answer, body } = await readDashboard(world, facilitatorId)
      const wanted = [first, second, third].map(({ booking_id, user, event }) => ({
        booking_id,
        user: { id: user.id, name: user.name, email: user.email },
        event: { id: event.id, title: event.title },
      }))
      const recent = body.recent_bookings.toSorted(byBookingId)
      expectValues(answer, { recent }, { recent: wanted.toSorted(byBookingId) })
    }),
    decision('answers zeros for a facilitator without bookings', async (world) => {
      const { facilitator_id } = newNotification()
      const { answer, body } = await readDashboard(world, facilitator_id)
      const summary = { ...zeros, recent_bookings_count: 0 }
      expectValues(answer, body, { facilitator_id, summary, popular_events: [], recent_bookings: [] })
    }),
  ],
}

type Dashboard = { answer: Answer; body: ValueOf<typeof dashboard> }

async function readDashboard(world: World, facilitatorId: number): Promise<Dashboard> {
  const answer = await world.staff.get(`/api/facilitators/${facilitatorId}/dashboard`)
  return { answer, body: expectBody(answer, 200, dashboard) }
}

function popular({ event }: Notification, booking_count: number): object {
  return { event_id: event.id, event_title: event.title, event_type: event.type, booking_count }
}
