import type { Generated, JSONColumnType, Selectable } from 'kysely'

export const MAIL_STATUSES = ['waiting', 'sending', 'sent', 'failed', 'dropped'] as const
export type MailStatus = (typeof MAIL_STATUSES)[number]

export type MailTable = {
  id: Generated<number>
  /** Why it is owed, and to whom, such as `booking-confirmed:12`. Unique: nobody is written to twice for one reason. */
  reason: string
  /** A key of `MAIL_KINDS`. */
  kind: string
  user_id: number
  event_id: number | null
  booking_id: number | null
  /** Instead of the account's address. */
  address: string | null
  details: JSONColumnType<Record<string, unknown>>
  status: Generated<MailStatus>
  attempts: Generated<number>
  /** Also the lease: the end of it while the mail is being sent. */
  next_attempt_at: Date
  /** Why the last attempt failed, or why the mail was dropped. */
  last_error: string | null
  created_at: Date
  ended_at: Date | null
  /** The columns from here on are set when the mail has been sent. */
  sent_to: string | null
  subject: string | null
  body_text: string | null
  body_html: string | null
  calendar: string | null
  /** The `sequence` of the event of which the mail tells; set before it is sent, since it may arrive although nobody learns of it. */
  event_sequence: number | null
}

export type MailRow = Selectable<MailTable>

/** One row, added at the first start (decision 0053). */
export type MailCursorTable = {
  is_only: Generated<boolean>
  /** An `xid8` as text. */
  position: string
  cluster: string
}

export type SuppressedAddressTable = {
  user_id: number
  /** Canonical form, as in `users.email_key`. */
  email_key: string
  reason: string
  suppressed_at: Date
}

/** An event before a change that raised its `sequence`. */
export type EventVersionTable = {
  event_id: number
  /** That of the event before the change. */
  sequence: number
  start_datetime: Date
  end_datetime: Date
  timezone: string
  location: string | null
  virtual_link: string | null
  changed_at: Date
  /** The event's until the change; null also for versions before this column. */
  terms_changed_at: Date | null
}

export type EventVersionRow = Selectable<EventVersionTable>

export type PlannedReminderTable = { event_id: number; start_datetime: Date }

/** What a facilitator or an admin has written to everybody of an event. */
export type EventMessageTable = {
  id: Generated<number>
  event_id: number
  author_id: number
  /** Null: the author's account was deleted. */
  subject: string | null
  text: string | null
  /** To how many. */
  people: number
  created_at: Date
}
