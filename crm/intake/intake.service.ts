import { faultOf, isNotification } from '#crm/notifications/notification.rules.ts'
import type { BookingNotification } from '#shared/contracts/booking-notification.schema.ts'
import type { BatchResult } from '#shared/contracts/notification-received.schema.ts'
import type { Receipt, ReceivingQueue } from './intake-queue.ts'

export type IntakeOutcome = 'stored' | 'duplicate' | 'invalid' | 'unauthorized' | 'unavailable'
export type IntakeMetrics = {
  /** Notifications about bookings, by what became of them. */
  received(outcome: IntakeOutcome, notifications?: number): void
}
export type IntakeDeps = { receiving: ReceivingQueue; metrics: IntakeMetrics }

/** Takes a notification. It may come any number of times, in any order and at once: a booking is kept once. */
export async function receive(
  { receiving, metrics }: IntakeDeps,
  notification: BookingNotification,
): Promise<Receipt> {
  const [receipt] = (await receiving.add([notification])) as [Receipt]
  metrics.received(OUTCOMES[receipt.status])
  return receipt
}

/** Takes many at once. One that is no notification is refused by itself; the others are stored together. */
export async function receiveBatch(
  { receiving, metrics }: IntakeDeps,
  values: unknown[],
): Promise<BatchResult[]> {
  const receipts = (await receiving.add(values.filter(isNotification))).values()
  const results = values.map((value): BatchResult => {
    const booking_id = bookingIdOf(value)
    return isNotification(value)
      ? { booking_id, ...(receipts.next().value as Receipt) }
      : { booking_id, status: 'error', error: faultOf(value) }
  })
  for (const { status } of results) metrics.received(OUTCOMES[status])
  return results
}

/** As figures call them. */
const OUTCOMES = { success: 'stored', duplicate: 'duplicate', error: 'invalid' } as const

function bookingIdOf(value: unknown): number | null {
  const { booking_id } = (value ?? {}) as { booking_id?: unknown }
  return Number.isSafeInteger(booking_id) ? (booking_id as number) : null
}

/** What a request with notifications that was refused as a whole counts as. */
export function refusalOf(status: number): IntakeOutcome {
  if (status === 401 || status === 429) return 'unauthorized'
  return status >= 500 ? 'unavailable' : 'invalid'
}
