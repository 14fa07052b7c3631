import { BookingNotification } from '#shared/contracts/booking-notification.schema.ts'
import { faultSentence } from '#shared/errors/app-error.ts'
import { faultsIn, isValid } from '#shared/http/schemas/checker.ts'

/** State of a booking before a notification: unknown; active, so that it can be cancelled; settled, so that nothing changes it. */
export type PriorState = 'unknown' | 'active' | 'settled'

const RECEIVED = 'received'
const CANCELLED = 'cancelled'

/** The status to be stored: `received` by default. Only `cancelled` has a meaning and is normalised; other words are kept as sent. */
export function statusOf({ status }: { status?: string | undefined }): string {
  const word = status?.trim() || RECEIVED
  return word.toLowerCase() === CANCELLED ? CANCELLED : word
}

/**
 * Merges the notifications of each booking into one, because one statement cannot insert a row twice: the details of the first,
 * cancelled if any of them is. The order does not matter otherwise, since a cancellation is final.
 */
export function mergeByBooking(notifications: BookingNotification[]): BookingNotification[] {
  const merged = new Map<number, BookingNotification>()
  for (const notification of notifications) {
    const first = merged.get(notification.booking_id)
    if (!first) merged.set(notification.booking_id, notification)
    else if (statusOf(notification) === CANCELLED)
      merged.set(first.booking_id, { ...first, status: CANCELLED })
  }
  return [...merged.values()]
}

/** Whether each notification changes its booking, in their order. `states`: those before the first notification. */
export function detectNews(notifications: BookingNotification[], states: Map<number, PriorState>): boolean[] {
  const current = new Map(states)
  return notifications.map((notification) => {
    const state = current.get(notification.booking_id)
    const isCancelled = statusOf(notification) === CANCELLED
    const isNews = state === 'unknown' || (state === 'active' && isCancelled)
    if (isNews) current.set(notification.booking_id, isCancelled ? 'settled' : 'active')
    return isNews
  })
}

export function isNotification(value: unknown): value is BookingNotification {
  return isValid(BookingNotification, value)
}

/** The error message for an invalid notification, with the faulty fields. */
export function faultOf(value: unknown): string {
  return `Check the notification: ${faultsIn(BookingNotification, value).map(faultSentence).join('; ')}.`
}
