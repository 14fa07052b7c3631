import { type RawBuilder, sql } from 'kysely'
import type { EventRow } from '#booking/database/event.table.ts'

/** What anybody who may see an event reads of it. `virtual_link` is not among it: see `online-link.store.ts`. */
const COLUMNS = [
  'id',
  'title',
  'description',
  'event_type',
  'facilitator_id',
  'start_datetime',
  'end_datetime',
  'location',
  'max_participants',
  'current_participants',
  'price',
  'status',
  'requirements',
  'cancellation_reason',
  'timezone',
  'cancellation_deadline_hours',
  'series_id',
  'parent_event_id',
  'revision',
  'created_at',
] as const satisfies (keyof EventRow)[]

/** The row that `eventColumns` selects. `is_online`: there is a link, which this row does not have. */
export type EventColumns = Pick<EventRow, (typeof COLUMNS)[number]> & { is_online: boolean }

/** Columns of `events`, or an alias of it, without the online link. */
export function eventColumns(events = 'events'): RawBuilder<unknown> {
  const columns = COLUMNS.map((column) => sql.ref(`${events}.${column}`))
  return sql`${sql.join(columns)}, ${sql.ref(`${events}.virtual_link`)} is not null as is_online`
}

/**
 * Condition on `events`: the person may have its online link. That is who has a seat, during and after the event too, the
 * facilitator of the event, and admins (decision 0055).
 */
export function mayJoin(user_id: RawBuilder<unknown>, is_admin: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`(${is_admin}
    or exists (
      select from bookings seat where seat.event_id = events.id and seat.user_id = ${user_id} and seat.status <> 'CANCELLED'
    )
    or exists (
      select from facilitators leader where leader.id = events.facilitator_id and leader.user_id = ${user_id} and leader.is_active
    ))`
}
