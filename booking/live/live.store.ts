import { sql } from 'kysely'
import type { Db } from '#booking/database/database.ts'
import type { LiveSeats } from './live.schema.ts'

/** An event with entries in the audit log. */
export type TouchedEvent = LiveSeats & {
  revision: number
  /** The last audit entry about it. */
  last_id: number
  /** The last audit entry that changed the event itself, such as its title. */
  edit_id: number | null
}

/** What others have done with a booking, for its attendee. */
export type LiveBooking = {
  id: number
  action: 'booking.promoted' | 'booking.cancelled'
  user_id: number
  booking_id: number
  event_id: number
}

/** Returns the id of the newest audit entry, 0 when there is none. */
export async function newestId(db: Db): Promise<number> {
  const row = await db.selectFrom('audit_log').select('id').orderBy('id', 'desc').limit(1).executeTakeFirst()
  return row?.id ?? 0
}

/** A range of audit entries: `after` is exclusive, `until` inclusive. */
type Span = { after: number; until?: number }

/** Returns the events of these audit entries, in their present state. */
export async function listTouched(db: Db, span: Span): Promise<TouchedEvent[]> {
  const { rows } = await sql<TouchedEvent>`
    with touched as (
      select coalesce((details ->> 'event_id')::integer, subject_id) as event_id,
             max(id) as last_id, max(id) filter (where action like 'event.%') as edit_id
      from audit_log where ${isWithin(span)} and (subject = 'event' or details ? 'event_id') group by 1
    )
    select ${seats}, revision, last_id, edit_id from touched join events on events.id = touched.event_id order by 1`.execute(
    db,
  )
  return rows
}

export async function findSeats(db: Db, event_id: number): Promise<LiveSeats | undefined> {
  const { rows } = await sql<LiveSeats>`select ${seats} from events where id = ${event_id}`.execute(db)
  return rows[0]
}

/** Returns promotions, and cancellations by others, in these audit entries; with `user_id`, of this user only. */
export async function listBookings(db: Db, span: Span, user_id?: number): Promise<LiveBooking[]> {
  let query = db
    .selectFrom('audit_log')
    .innerJoin('bookings', 'bookings.id', 'audit_log.subject_id')
    .select(['audit_log.id', 'bookings.user_id', 'bookings.id as booking_id', 'bookings.event_id'])
    .select(sql<LiveBooking['action']>`action`.as('action'))
    .where(isWithin(span))
    .where('action', 'in', ['booking.promoted', 'booking.cancelled'])
    .where(sql<boolean>`actor_id is distinct from bookings.user_id`)
  if (user_id !== undefined) query = query.where('bookings.user_id', '=', user_id)
  return query.orderBy('audit_log.id').execute()
}

function isWithin({ after, until }: Span) {
  const behind = sql<boolean>`audit_log.id > ${after}`
  return until === undefined ? behind : sql<boolean>`${behind} and audit_log.id <= ${until}`
}

const seats = sql`
  events.id as event_id, current_participants, max_participants - current_participants as available_spots,
  current_participants >= max_participants as is_full,
  (select count(*) from waitlist_entries where event_id = events.id and status = 'waiting') as waiting`
