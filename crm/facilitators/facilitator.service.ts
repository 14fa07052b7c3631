import type { Db } from '#crm/database/database.ts'
import { list, type NotificationFilter } from '#crm/notifications/notification-list.store.ts'
import type { Dashboard } from '#shared/contracts/crm-facilitator.schema.ts'
import { type PageRequest, toPagination, toSlice } from '#shared/http/schemas/pagination.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import * as facilitatorStore from './facilitator.store.ts'

export type FacilitatorDeps = { clock: Clock; db: Db }

const RECENT_MS = 7 * 24 * 60 * 60 * 1000
const TREND_DAYS = 30

/** The dashboard of a facilitator; an unknown one has zeros instead of a 404 (contract). */
export async function overview({ db, clock }: FacilitatorDeps, facilitator_id: number): Promise<Dashboard> {
  const now = clock.now()
  const [statistics, popular_events, recent_bookings, daily] = await Promise.all([
    facilitatorStore.countBookings(db, facilitator_id, recentSince(now)),
    facilitatorStore.listPopularEvents(db, facilitator_id),
    facilitatorStore.listRecent(db, facilitator_id, recentSince(now)),
    facilitatorStore.listDaily(db, facilitator_id, now, TREND_DAYS),
  ])
  const { recent_bookings: recent_bookings_count, ...counts } = statistics
  const { session_bookings: sessions, retreat_bookings: retreats } = statistics
  return {
    facilitator_id,
    summary: { ...counts, recent_bookings_count },
    popular_events,
    recent_bookings,
    booking_trends: { sessions_vs_retreats: { sessions, retreats }, daily },
    generated_at: toWireTime(now),
  }
}

/** One page of a facilitator's bookings, with the statistics of all of them. */
export async function listBookings(
  { db, clock }: FacilitatorDeps,
  filter: NotificationFilter & { facilitator_id: number },
  request: PageRequest,
) {
  const { facilitator_id } = filter
  const [{ rows, total }, statistics] = await Promise.all([
    list(db, filter, toSlice(request)),
    facilitatorStore.countBookings(db, facilitator_id, recentSince(clock.now())),
  ])
  const bookings = rows.map(facilitatorStore.toFacilitatorBooking)
  return { facilitator_id, bookings, statistics, pagination: toPagination(request, total) }
}

/** Recent are the last seven days (contract). */
function recentSince(now: Date): Date {
  return new Date(now.getTime() - RECENT_MS)
}
