import type { Kysely } from 'kysely'
import type { CrmErasureTable } from './accounts/crm-erasure.table.ts'
import type { AuditLogTable } from './audit-log/audit-log.table.ts'
import type { EndedSessionTable, SessionTable } from './auth/session.table.ts'
import type { BookingTable } from './bookings/booking.table.ts'
import type { IdempotencyKeyTable } from './bookings/idempotency.table.ts'
import type { CalendarTokenTable } from './calendars/calendar-token.table.ts'
import type { InstallationTable } from './calendars/installation.table.ts'
import type { EventTable } from './events/event.table.ts'
import type { EventCountTable, FacilitatorEventCountTable } from './events/event-count.table.ts'
import type { EventSeriesTable } from './events/event-series.table.ts'
import type { FacilitatorTable } from './facilitators/facilitator.table.ts'
import type { OutboxTable } from './notifications/outbox.table.ts'
import type { UserTable } from './users/user.table.ts'
import type { WaitlistTable } from './waitlist/waitlist.table.ts'

/** Every table of the booking app. `login_attempts` belongs to the rate limiter, which reads it itself. */
export type Database = {
  users: UserTable
  ended_sessions: EndedSessionTable
  sessions: SessionTable
  facilitators: FacilitatorTable
  events: EventTable
  event_series: EventSeriesTable
  event_counts: EventCountTable
  facilitator_event_counts: FacilitatorEventCountTable
  bookings: BookingTable
  waitlist_entries: WaitlistTable
  calendar_tokens: CalendarTokenTable
  installation: InstallationTable
  outbox: OutboxTable
  idempotency_keys: IdempotencyKeyTable
  audit_log: AuditLogTable
  crm_erasures: CrmErasureTable
}

/** The database or a transaction in it. Inside a transaction pass `trx` only. */
export type Db = Kysely<Database>
