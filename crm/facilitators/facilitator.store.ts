import { sql } from 'kysely'
import type { Db } from '#crm/database.ts'
import type { Notification } from '#crm/notifications/notification.schema.ts'
import * as notificationStore from '#crm/notifications/notification.store.ts'
import type { Slice } from '#shared/http/pagination.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import type {
  FacilitatorBooking,
  FacilitatorStatistics,
  PopularEvent,
  RecentBooking,
} from './facilitator.schema.ts'

const POPULAR_EVENTS = 5
const RECENT_BOOKINGS = 10

/** One page, newest first, and how many there are in all. */
export async function listBookings(
  db: Db,
  filter: notificationStore.NotificationFilter & { facilitator_id: number },
  slice: Slice,
): Promise<{ bookings: FacilitatorBooking[]; total: number }> {
  const { notifications, total } = await notificationStore.list(db, filter, slice)
  return { bookings: notifications.map(toFacilitatorBooking), total }
}

/**
 * Counts every notification of the facilitator. Cancelled ones count too: clients of the contract know these
 * numbers as notifications received.
 */
export async function countBookings(
  db: Db,
  facilitator_id: number,
  recentSince: Date,
): Promise<FacilitatorStatistics> {
  const { rows } = await sql<FacilitatorStatistics>`
    select count(*) as total_bookings,
           count(*) filter (where lower(event_type) = 'session') as session_bookings,
           count(*) filter (where lower(event_type) = 'retreat') as retreat_bookings,
           count(*) filter (where received_at >= ${recentSince}) as recent_bookings,
           count(distinct user_id) as unique_users,
           count(distinct event_id) as unique_events
    from notifications where facilitator_id = ${facilitator_id}`.execute(db)
  return rows[0] as FacilitatorStatistics
}

/** The events with the most bookings, under the title and type they were last heard of. */
export async function listPopularEvents(db: Db, facilitator_id: number): Promise<PopularEvent[]> {
  const { rows } = await sql<PopularEvent>`
    select event_id, event_title, event_type, booking_count
    from (
      select event_id, count(*) as booking_count, max(id) as last_id from notifications
      where facilitator_id = ${facilitator_id} group by event_id
      order by booking_count desc, event_id limit ${POPULAR_EVENTS}
    ) popular join notifications using (event_id)
    where id = last_id order by booking_count desc, event_id`.execute(db)
  return rows
}

/** The newest ones that were received since then. */
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

function toFacilitatorBooking(notification: Notification): FacilitatorBooking {
  const { id, booking_id, user, event, received_at, crm_status } = notification
  const { phone: _private, ...person } = user
  return { id, booking_id, user: person, event, received_at, crm_status }
}
