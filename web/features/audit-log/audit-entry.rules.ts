import type { NamedAuditEntry } from '#web/lib/api/contract.ts'
import { capital, nameOf, problemInWords } from '#web/lib/text/fault-words.rules.ts'
import { mailKindInWords } from '#web/lib/text/mail-kinds.ts'

const ACTIONS: Record<string, string> = {
  'event.created': 'Event planned',
  'event.updated': 'Event changed',
  'event.cancelled': 'Event cancelled',
  'event.completed': 'Event over',
  'event.message_sent': 'Message to everybody sent',
  'booking.created': 'Booked',
  'booking.cancelled': 'Booking cancelled',
  'booking.promoted': 'Seat given from the waiting list',
  'booking.attendance_marked': 'Attendance marked',
  'booking.note_changed': 'Note changed',
  'booking.payment_marked': 'Payment marked',
  'booking.crm_status_changed': 'Contact moved',
  'waitlist.joined': 'Joined the waiting list',
  'waitlist.left': 'Left the waiting list',
  'facilitator.created': 'Facilitator added',
  'facilitator.updated': 'Facilitator changed',
  'user.registered': 'Account opened',
  'user.registered_with_google': 'Account opened with Google',
  'user.linked_with_google': 'Google linked with the account',
  'user.created': 'Account opened by an admin',
  'user.updated': 'Profile changed',
  'user.password_changed': 'Password changed',
  'user.password_reset': 'Password reset',
  'user.made_admin': 'Made an admin',
  'user.demoted': 'Admin role removed',
  'user.closed': 'Account closed',
  'user.reopened': 'Account reopened',
  'user.taken_over': 'Account taken over for its owner',
  'user.deleted': 'Account deleted',
  'user.forgotten_by_crm': 'Erased in the CRM too',
  'user.bookings_cancelled': 'All bookings cancelled',
  'user.session_ended': 'Logged out on one device',
  'user.logged_out_everywhere': 'Logged out everywhere',
  'user.refresh_token_reused': 'Logged out: a login was used twice, and may have been stolen',
  'user.mail_preferences_changed': 'Choice of mails changed',
  'user.password_reset_requested': 'Link for a new password asked for',
  'mail.retried': 'Mail sent again',
  'user.email_verified': 'E-mail address confirmed',
  'user.verification_requested': 'Link that confirms an address asked for',
  'user.calendar_opened': 'Calendar subscription turned on',
  'user.calendar_closed': 'Calendar subscription turned off',
}

/** What was done, as a phrase. An action that is newer than this page is taken word by word. */
export const actionInWords = ({ action, details }: Pick<NamedAuditEntry, 'action' | 'details'>): string =>
  (isTakenBack(details) ? TAKEN_BACK[action] : undefined) ??
  (isSameStage(details) ? 'Note about a contact' : undefined) ??
  ACTIONS[action] ??
  capital(action.replaceAll(/[._]/g, ' '))

/** A mark that was removed, and not put in the place of another. */
const TAKEN_BACK: Record<string, string> = { 'booking.attendance_marked': 'Attendance taken back' }

const isTakenBack = ({ from, to }: NamedAuditEntry['details']): boolean => from != null && to === null

/** Commands of the operator count as the product itself. */
export const actorInWords = ({ actor }: Pick<NamedAuditEntry, 'actor'>): string =>
  actor === null ? 'by Stillpoint' : `by ${actor}`

/** Who or what an entry is about, when its name is gone. */
export const subjectInWords = ({
  subject,
  subject_title,
}: Pick<NamedAuditEntry, 'subject' | 'subject_title'>) =>
  subject_title ??
  { event: 'An event', booking: 'A booking', facilitator: 'A facilitator', user: 'An account' }[subject]

/** `From pending to paid.` Numbers of rows are left out. */
export function detailsInWords({ details }: Pick<NamedAuditEntry, 'details'>): string {
  const known = Object.entries(isSameStage(details) ? {} : details)
    .filter(([name, value]) => value != null && !isInternal(name) && !isLeftOut(name, value))
    .toSorted(([one], [other]) => Number(isBefore(other)) - Number(isBefore(one)))
  const from = isTakenBack(details) ? 'was' : 'from'
  return known.map(([name, value]) => detailInWords(name === 'from' ? from : name, value)).join(', ')
}

const isInternal = (name: string): boolean =>
  name === 'with_event' || name === 'respelled' || /_ids?$/.test(name)

/** What was possible, and was not done. */
const isLeftOut = (name: string, value: unknown): boolean =>
  value === 0 || (value === false && ['include_waiting', 'was_admin'].includes(name))

/** What was before comes before what is now. */
const isBefore = (name: string): boolean => name === 'from' || name === 'old_status'

/** A note is a change of the stage to the same one. */
const isSameStage = ({ old_status, new_status }: NamedAuditEntry['details']): boolean =>
  old_status !== undefined && old_status === new_status

function detailInWords(name: string, value: unknown): string {
  if (name === 'kind') return mailKindInWords(String(value))
  const words = DETAILS[name] ?? nameOf(name)
  if (isMailChoice(name)) return `${words} ${value ? 'on' : 'off'}`
  return value === true ? words : `${words} ${inWords(value)}`
}

const isMailChoice = (name: string) =>
  ['reminders', 'booking_mails', 'new_bookings', 'cancellations'].includes(name)

const DETAILS: Record<string, string> = {
  old_status: 'from',
  new_status: 'to',
  reason: 'because',
  left_lines: 'places in waiting lists given up:',
  cancelled_bookings: 'bookings cancelled:',
  cancelled_seats: 'bookings cancelled:',
  events_left: 'events left to the admins:',
  was_admin: 'was an admin:',
  is_active: 'active:',
  has_new_account: 'with a new account',
  people: 'people:',
  include_waiting: 'with the waiting list',
}

const VALUES: Record<string, string> = {
  pending: 'not paid',
  cancelled_for_attendee: 'all bookings of this person were cancelled',
}

function inWords(value: unknown): string {
  if (Array.isArray(value)) return value.map(inWords).map(nameOf).join(' and ')
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([name, each]) => `${name} ${inWords(each)}`)
      .join(' ')
  const known = VALUES[String(value)]
  if (known) return known
  return value === true ? 'yes' : value === false ? 'no' : problemInWords(String(value)).replaceAll('_', ' ')
}
