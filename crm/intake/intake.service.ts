import { faultOf, isNotification } from '#crm/notifications/notification.rules.ts'
import type { BookingNotification } from '#shared/contracts/booking-notification.schema.ts'
import type { BatchResult } from '#shared/contracts/notification-received.schema.ts'
import { isRecord } from '#shared/lib/record.ts'
import type { IntakeQueue, Receipt } from './intake-queue.ts'

export type IntakeOutcome = 'stored' | 'duplicate' | 'invalid' | 'unauthorized' | 'unavailable'
export type IntakeMetrics = {
  /** Counts notifications by outcome. */
  received(outcome: IntakeOutcome, notifications?: number): void
}
export type IntakeDeps = { intake: IntakeQueue; metrics: IntakeMetrics }

/**
 * Stores a notification; idempotent by `booking_id`, in any order and concurrently (contract). Throws 503 when the queue is
 * full.
 */
export async function receive(
  { intake, metrics }: IntakeDeps,
  notification: BookingNotification,
): Promise<Receipt> {
  // `add` returns a receipt for each notification.
  const [receipt] = (await intake.add([notification])) as [Receipt]
  metrics.received(OUTCOMES[receipt.status])
  return receipt
}

/** Stores a batch. An invalid notification gets an error as its result; the others are stored. */
export async function receiveBatch(
  { intake, metrics }: IntakeDeps,
  values: unknown[],
): Promise<BatchResult[]> {
  const valid = values.filter(isNotification)
  const receipts = await intake.add(valid)
  const receiptOf = new Map<unknown, Receipt | undefined>(valid.map((value, i) => [value, receipts[i]]))
  const results = values.map((value): BatchResult => {
    const booking_id = bookingIdOf(value)
    const receipt = receiptOf.get(value)
    return receipt ? { booking_id, ...receipt } : { booking_id, status: 'error', error: faultOf(value) }
  })
  for (const { status } of results) metrics.received(OUTCOMES[status])
  return results
}

/** Labels of the metric. */
const OUTCOMES = { success: 'stored', duplicate: 'duplicate', error: 'invalid' } as const

function bookingIdOf(value: unknown): number | null {
  const id = isRecord(value) ? value.booking_id : undefined
  return typeof id === 'number' && Number.isSafeInteger(id) ? id : null
}

/** The outcome of all notifications in a request that was refused. */
export function refusalOf(status: number): IntakeOutcome {
  if (status === 401 || status === 429) return 'unauthorized'
  return status >= 500 ? 'unavailable' : 'invalid'
}
