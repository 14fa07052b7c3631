import { BookingNotification } from '#shared/contracts/booking-notification.schema.ts'
import { faultSentence } from '#shared/errors/app-error.ts'
import { faultsIn, isValid } from '#shared/http/schemas/checker.ts'

/** How a booking stood before a notification came: not known, known, or known and beyond what it could change. */
export type Standing = 'unknown' | 'active' | 'settled'

const RECEIVED = 'received'
const CANCELLED = 'cancelled'

/** What is kept as the booking's status. Only "cancelled" means something to us, so only that is put into one form. */
export function statusOf({ status }: { status?: string | undefined }): string {
  const word = status?.trim() || RECEIVED
  return word.toLowerCase() === CANCELLED ? CANCELLED : word
}

/**
 * One notification a booking, as one statement can store it: the details that came first, cancelled when any
 * of them says so. Order does not matter beyond that, because nothing un-cancels a booking.
 */
export function foldByBooking(notifications: BookingNotification[]): BookingNotification[] {
  const folded = new Map<number, BookingNotification>()
  for (const notification of notifications) {
    const first = folded.get(notification.booking_id)
    if (!first) folded.set(notification.booking_id, notification)
    else if (statusOf(notification) === CANCELLED)
      folded.set(first.booking_id, { ...first, status: CANCELLED })
  }
  return [...folded.values()]
}

/** For each notification in turn: whether it said anything new. `standings` are those before the first one. */
export function tellNews(notifications: BookingNotification[], standings: Map<number, Standing>): boolean[] {
  const current = new Map(standings)
  return notifications.map((notification) => {
    const standing = current.get(notification.booking_id)
    const isCancelled = statusOf(notification) === CANCELLED
    const isNews = standing === 'unknown' || (standing === 'active' && isCancelled)
    if (isNews) current.set(notification.booking_id, isCancelled ? 'settled' : 'active')
    return isNews
  })
}

export function isNotification(value: unknown): value is BookingNotification {
  return isValid(BookingNotification, value)
}

/** What is wrong with something that is no notification, in a sentence that names the fields. */
export function faultOf(value: unknown): string {
  return `Check the notification: ${faultsIn(BookingNotification, value).map(faultSentence).join('; ')}.`
}
