import { sql } from 'kysely'
import type { Db } from '#crm/database/database.ts'
import type { NotificationRow } from '#crm/database/notification.table.ts'
import type {
  DailyBookings,
  FacilitatorBooking,
  FacilitatorStatistics,
  PopularEvent,
  RecentBooking,
} from '#shared/contracts/crm-facilitator.schema.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'

// The triggers `count_*` of `notifications` keep `facilitator_statistics`, `facilitator_events` and `facilitator_days`.

const POPULAR_EVENTS = 5
const RECENT_BOOKINGS = 10

const NOTHING: FacilitatorStatistics = {
  total_bookings: 0,
  session_bookings: 0,
  retreat_bookings: 0,
  recent_bookings: 0,
  unique_users: 0,
  unique_events: 0,
}

/**
 * Counts all notifications of the facilitator, cancelled ones included (contract). The recent ones are summed from daily counts,
 * plus the rows of the first day, which is only partly recent.
 */
export async function countBookings(
  db: Db,
  facilitator_id: number,
  recentSince: Date,
): Promise<FacilitatorStatistics> {
  const { rows } = await sql<FacilitatorStatistics>`
    select bookings as total_bookings, sessions as session_bookings, retreats as retreat_bookings,
           unique_users, unique_events,
           (select coalesce(sum(bookings), 0) from facilitator_days
            where facilitator_id = ${facilitator_id} and day > ${dayOf(recentSince)}::date)
           + (select count(*) from notifications
              where facilitator_id = ${facilitator_id} and received_at >= ${recentSince}
              and received_at < ${dayOf(recentSince)}::date + 1) as recent_bookings
    from facilitator_statistics where facilitator_id = ${facilitator_id}`.execute(db)
  return rows[0] ?? NOTHING
}

/** The events with the most bookings, with title and type of their newest notification. */
export async function listPopularEvents(db: Db, facilitator_id: number): Promise<PopularEvent[]> {
  return db
    .selectFrom('facilitator_events')
    .innerJoin('notifications', 'notifications.id', 'facilitator_events.last_id')
    .select([
      'facilitator_events.event_id',
      'event_title',
      'event_type',
      'facilitator_events.bookings as booking_count',
    ])
    .where('facilitator_events.facilitator_id', '=', facilitator_id)
    .orderBy('facilitator_events.bookings', 'desc')
    .orderBy('facilitator_events.event_id')
    .limit(POPULAR_EVENTS)
    .execute()
}

/** The ten newest bookings received since then. */
export async function listRecent(db: Db, facilitator_id: number, since: Date): Promise<RecentBooking[]> {
  const rows = await db
    .selectFrom('notifications')
    .select([
      'id',
      'booking_id',
      'user_id',
      'user_email',
      'user_name',
      'event_id',
      'event_title',
      'received_at',
    ])
    .where('facilitator_id', '=', facilitator_id)
    .where('received_at', '>=', since)
    .orderBy('received_at', 'desc')
    .orderBy('id', 'desc')
    .limit(RECENT_BOOKINGS)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    booking_id: row.booking_id,
    user: { id: row.user_id, name: row.user_name, email: row.user_email },
    event: { id: row.event_id, title: row.event_title },
    received_at: toWireTime(row.received_at),
  }))
}

/** The counts of the last `days` days up to `until`, oldest first, with zeros for days without bookings. */
export async function listDaily(
  db: Db,
  facilitator_id: number,
  until: Date,
  days: number,
): Promise<DailyBookings[]> {
  const { rows } = await sql<DailyBookings>`
    select to_char(calendar.day, 'YYYY-MM-DD') as date, coalesce(bookings, 0) as bookings,
           coalesce(sessions, 0) as sessions, coalesce(retreats, 0) as retreats,
           coalesce(cancellations, 0) as cancellations
    from (
      select ${dayOf(until)}::date - back as day from generate_series(0, ${days}::integer - 1) back
    ) calendar
    left join facilitator_days known on known.facilitator_id = ${facilitator_id} and known.day = calendar.day
    order by calendar.day`.execute(db)
  return rows
}

export function toFacilitatorBooking(row: NotificationRow): FacilitatorBooking {
  return {
    id: row.id,
    booking_id: row.booking_id,
    user: { id: row.user_id, email: row.user_email, name: row.user_name },
    event: { id: row.event_id, title: row.event_title, type: row.event_type },
    received_at: toWireTime(row.received_at),
    crm_status: row.crm_status,
  }
}

/** The day in UTC. */
function dayOf(at: Date): string {
  return toWireTime(at).slice(0, 10)
}
