import type { Deps } from '#crm/deps.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import type { Dashboard } from './facilitator.schema.ts'
import * as facilitatorStore from './facilitator.store.ts'

const RECENT_MS = 7 * 24 * 60 * 60 * 1000

/** Everything a facilitator looks at first. One of whom nothing was heard has zeros, not an error. */
export async function overview({ db, clock }: Deps, facilitator_id: number): Promise<Dashboard> {
  const now = clock.now()
  const [statistics, popular_events, recent_bookings] = await Promise.all([
    facilitatorStore.countBookings(db, facilitator_id, recentSince(now)),
    facilitatorStore.listPopularEvents(db, facilitator_id),
    facilitatorStore.listRecent(db, facilitator_id, recentSince(now)),
  ])
  const { recent_bookings: recent_bookings_count, ...counts } = statistics
  const { session_bookings: sessions, retreat_bookings: retreats } = statistics
  return {
    facilitator_id,
    summary: { ...counts, recent_bookings_count },
    popular_events,
    recent_bookings,
    booking_trends: { sessions_vs_retreats: { sessions, retreats } },
    generated_at: toWireTime(now),
  }
}

/** "Recent" is the last seven days. */
export function recentSince(now: Date): Date {
  return new Date(now.getTime() - RECENT_MS)
}
