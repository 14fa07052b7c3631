import type { Kysely } from 'kysely'
import type { AuditLogTable } from './audit-log.table.ts'
import type { BookingTable } from './booking.table.ts'
import type { CalendarTokenTable } from './calendar-token.table.ts'
import type { CrmErasureTable } from './crm-erasure.table.ts'
import type { EventTable } from './event.table.ts'
import type { EventCountTable, FacilitatorEventCountTable } from './event-count.table.ts'
import type { EventSeriesTable } from './event-series.table.ts'
import type { FacilitatorTable } from './facilitator.table.ts'
import type { IdempotencyKeyTable } from './idempotency.table.ts'
import type { InstallationTable } from './installation.table.ts'
import type { LinkTokenTable, PasswordResetRequestTable } from './link-token.table.ts'
import type {
  EventMessageTable,
  EventVersionTable,
  MailCursorTable,
  MailTable,
  PlannedReminderTable,
  SuppressedAddressTable,
} from './mail.table.ts'
import type { MailPreferenceTable } from './mail-preference.table.ts'
import type { OutboxTable } from './outbox.table.ts'
import type { SeenNoticeTable } from './seen-notice.table.ts'
import type { EndedSessionTable, SessionTable } from './session.table.ts'
import type { UserTable } from './user.table.ts'
import type { WaitlistTable } from './waitlist.table.ts'

/** Every table of the booking app except `login_attempts`, which the rate limiter library queries itself. */
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
  mails: MailTable
  mail_cursor: MailCursorTable
  suppressed_addresses: SuppressedAddressTable
  event_versions: EventVersionTable
  event_messages: EventMessageTable
  planned_reminders: PlannedReminderTable
  link_tokens: LinkTokenTable
  mail_preferences: MailPreferenceTable
  password_reset_requests: PasswordResetRequestTable
  seen_notices: SeenNoticeTable
}

/** The database or a transaction. Inside a transaction, pass `trx` and never `db`. */
export type Db = Kysely<Database>
