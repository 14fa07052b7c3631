import { capital } from './fault-words.rules.ts'

const KINDS: Record<string, string> = {
  'booking-confirmed': 'Booking confirmed',
  'booking-promoted': 'Seat from the waiting list',
  'booking-cancelled': 'Booking cancelled',
  'event-moved': 'Event changed',
  'event-cancelled': 'Event cancelled',
  reminder: 'Reminder',
  'bookings-made': 'New bookings, to the facilitator',
  'bookings-cancelled': 'Cancellations, to the facilitator',
  'event-message': 'Message to everybody of an event',
  'event-message-copy': 'Copy of a message, to its author',
  'password-reset': 'Link for a new password',
  'password-changed': 'Password changed',
  'email-confirmation': 'Link that confirms an address',
  'email-changed': 'E-mail address changed, to the old one',
}

/** What a mail is about, as a phrase. A kind that is newer than this page is taken word by word. */
export const mailKindInWords = (kind: string): string => KINDS[kind] ?? capital(kind.replaceAll('-', ' '))
