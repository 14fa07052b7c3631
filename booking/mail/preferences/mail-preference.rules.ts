import type { MailPreference } from '#booking/database/mail-preference.table.ts'
import type { ClaimedMail } from '#booking/mail/queue/mail.store.ts'

/**
 * Returns what switches this mail off. Undefined: it is sent in any case, since without it somebody would not come, come in vain
 * or not notice a thief.
 */
export function preferenceOf({ kind, details }: Pick<ClaimedMail, 'kind' | 'details'>) {
  // The attendee knows of their own cancellation.
  if (kind === 'booking-cancelled') return details.by_attendee === true ? 'booking_mails' : undefined
  return OPTIONAL[kind]
}

const OPTIONAL: Record<string, MailPreference | undefined> = {
  reminder: 'reminders',
  'booking-confirmed': 'booking_mails',
  'bookings-made': 'new_bookings',
  'bookings-cancelled': 'cancellations',
}

/** What is switched off, as people are told. */
export const PREFERENCE_NAMES: Record<MailPreference, string> = {
  reminders: 'reminders before events',
  booking_mails: 'confirmations of bookings and cancellations of your own',
  new_bookings: 'mails about new bookings',
  cancellations: 'mails about cancellations',
}
