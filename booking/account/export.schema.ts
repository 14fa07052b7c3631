import Type, { type Static } from 'typebox'
import { AuditEntry } from '#booking/audit-log/audit-log.schema.ts'
import { BookingPrice } from '#booking/bookings/booking.schema.ts'
import { ATTENDANCES, BOOKING_STATUSES, PAYMENT_STATUSES } from '#booking/database/booking.table.ts'
import { EVENT_TYPES } from '#booking/database/event.table.ts'
import { MAIL_STATUSES } from '#booking/database/mail.table.ts'
import { NOTICE_KINDS } from '#booking/database/seen-notice.table.ts'
import { Facilitator } from '#booking/facilitators/facilitator.schema.ts'
import { OwnSession } from '#booking/identity/sessions/own-session.schema.ts'
import { User } from '#booking/identity/users/user.schema.ts'
import { OwnWaitlistEntry } from '#booking/waitlist/waitlist.schema.ts'
import { Id, Nullable, WireTime } from '#shared/http/schemas/schemas.ts'
import { AccountFacts, Preferences } from './account.schema.ts'

const ExportedBooking = Type.Object(
  {
    id: Id,
    event: Type.Object({
      id: Id,
      title: Type.String(),
      event_type: Type.Enum([...EVENT_TYPES]),
      start_datetime: WireTime,
      end_datetime: WireTime,
      location: Nullable(Type.String()),
      price: Type.Number(),
    }),
    status: Type.Enum([...BOOKING_STATUSES]),
    notes: Nullable(Type.String()),
    price: BookingPrice,
    payment_status: Type.Enum([...PAYMENT_STATUSES]),
    attendance: Type.Unsafe<(typeof ATTENDANCES)[number] | null>({
      type: ['string', 'null'],
      enum: [...ATTENDANCES, null],
    }),
    checked_in_at: Nullable(WireTime),
    cancellation_reason: Nullable(Type.String()),
    booking_date: WireTime,
    updated_at: WireTime,
    told_to_crm_at: Nullable(WireTime),
  },
  { title: 'ExportedBooking' },
)
export type ExportedBooking = Static<typeof ExportedBooking>

const ExportedMail = Type.Object(
  {
    kind: Type.String({ examples: ['booking-confirmed'] }),
    status: Type.Enum([...MAIL_STATUSES]),
    event_id: Nullable(Id),
    sent_to: Nullable(Type.String()),
    subject: Nullable(Type.String()),
    text: Nullable(Type.String()),
    created_at: WireTime,
    ended_at: Nullable(WireTime),
  },
  { title: 'ExportedMail' },
)
export type ExportedMail = Static<typeof ExportedMail>

const ExportedMessage = Type.Object(
  {
    event_id: Id,
    subject: Type.String(),
    text: Type.String(),
    people: Type.Integer(),
    created_at: WireTime,
  },
  { title: 'ExportedMessage' },
)
export type ExportedMessage = Static<typeof ExportedMessage>

const SeenNotice = Type.Object(
  { id: Type.String(), kind: Type.Enum([...NOTICE_KINDS]), seen_at: WireTime },
  { title: 'SeenNotice' },
)
export type SeenNotice = Static<typeof SeenNotice>

/** All data about one person, without hashes and tokens. */
export const AccountExport = Type.Object(
  {
    exported_at: WireTime,
    profile: User,
    account: AccountFacts,
    facilitator: Nullable(Type.Object({ ...Facilitator.properties })),
    bookings: Type.Array(ExportedBooking, { description: 'The newest first.' }),
    waitlist: Type.Array(OwnWaitlistEntry),
    sessions_ended: Type.Array(WireTime, {
      description: 'When the person logged out lately.',
    }),
    sessions: Type.Array(Type.Omit(OwnSession, ['is_current']), { description: 'Those that go on.' }),
    calendar_opened_at: Nullable(WireTime),
    mail_preferences: Preferences,
    mails: Type.Array(ExportedMail, { description: 'What was written to the person in the last 90 days.' }),
    messages: Type.Array(ExportedMessage, { description: 'What the person wrote to everybody of an event.' }),
    notices_seen: Type.Array(SeenNotice, {
      description: 'Which notices the person has marked as seen lately.',
    }),
    activity: Type.Array(AuditEntry, {
      description: 'What the person did, and what was done to their account and bookings, the newest first.',
    }),
  },
  { title: 'AccountExport' },
)
export type AccountExport = Static<typeof AccountExport>
