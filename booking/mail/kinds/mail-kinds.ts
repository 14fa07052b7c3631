import { emailChanged, emailConfirmation, passwordChanged, passwordReset } from './account-mails.ts'
import {
  bookingCancelled,
  bookingConfirmed,
  bookingPromoted,
  eventCancelled,
  eventMoved,
  reminder,
} from './attendee-mails.ts'
import { bookingsCancelled, bookingsMade } from './facilitator-mails.ts'
import type { MailKind } from './mail-kind.ts'
import { eventMessage, eventMessageCopy } from './message-mail.ts'

/** How each kind of mail is composed, by the name that `mails.kind` has. */
export const MAIL_KINDS: Record<string, MailKind> = {
  'booking-confirmed': bookingConfirmed,
  'booking-promoted': bookingPromoted,
  'booking-cancelled': bookingCancelled,
  'event-moved': eventMoved,
  'event-cancelled': eventCancelled,
  reminder,
  'bookings-made': bookingsMade,
  'bookings-cancelled': bookingsCancelled,
  'event-message': eventMessage,
  'event-message-copy': eventMessageCopy,
  'password-reset': passwordReset,
  'password-changed': passwordChanged,
  'email-confirmation': emailConfirmation,
  'email-changed': emailChanged,
}
