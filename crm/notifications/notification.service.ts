import type { Deps } from '#crm/deps.ts'
import * as statisticsStore from '#crm/statistics/statistics.store.ts'
import type { BookingNotification } from '#shared/contracts/booking-notification.schema.ts'
import { type PageRequest, toPagination, toSlice } from '#shared/http/schemas/pagination.ts'
import { faultOf, isNotification } from './notification.rules.ts'
import type { BatchResult, FiltersApplied, NotificationPage } from './notification.schema.ts'
import { toNotification } from './notification.store.ts'
import { list as listRows, type NotificationFilter } from './notification-list.store.ts'
import type { Receipt } from './receiving-queue.ts'

/** Takes a notification. It may come any number of times, in any order and at once: a booking is kept once. */
export async function receive(
  { receiving, metrics }: Deps,
  notification: BookingNotification,
): Promise<Receipt> {
  const [receipt] = (await receiving.add([notification])) as [Receipt]
  metrics.received(OUTCOMES[receipt.status])
  return receipt
}

/** Takes many at once. One that is no notification is refused by itself; the others are stored together. */
export async function receiveBatch({ receiving, metrics }: Deps, values: unknown[]): Promise<BatchResult[]> {
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

/** One page of what was received, with the filters as they were understood. */
export async function list(
  { db }: Deps,
  filter: NotificationFilter,
  filters_applied: FiltersApplied,
  request: PageRequest,
): Promise<NotificationPage> {
  const [{ rows, total }, { notifications }] = await Promise.all([
    listRows(db, filter, toSlice(request)),
    statisticsStore.getTotals(db),
  ])
  return {
    bookings: rows.map(toNotification),
    pagination: toPagination(request, total),
    filters_applied,
    summary: { total_notifications: notifications, filtered_results: total },
  }
}

function bookingIdOf(value: unknown): number | null {
  const { booking_id } = (value ?? {}) as { booking_id?: unknown }
  return Number.isSafeInteger(booking_id) ? (booking_id as number) : null
}
