import type { Deps } from '#crm/deps.ts'
import type { BookingNotification } from '#shared/contracts/booking-notification.schema.ts'
import { invalidFields, notFound } from '#shared/http/app-error.ts'
import { type PageRequest, toPagination, toSlice } from '#shared/http/pagination.ts'
import { readChoice } from '#shared/http/validation.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import * as crmStatusChangeStore from './crm-status-change.store.ts'
import { faultOf, foldByBooking, isNotification, tellNews } from './notification.rules.ts'
import {
  type BatchResult,
  CRM_STATUSES,
  type CrmStatusChange,
  type NotificationPage,
  type UpdateCrmStatus,
} from './notification.schema.ts'
import * as notificationStore from './notification.store.ts'

const crmStatusMissing = () => invalidFields([{ field: 'crm_status', message: 'must not be empty' }])

/** What became of one notification. */
export type Receipt = { notification_id: number; status: 'success' | 'duplicate' }

/** Takes a notification. It may come any number of times, in any order and at once: a booking is kept once. */
export async function receive(deps: Deps, notification: BookingNotification): Promise<Receipt> {
  const receipt = (await receiveAll(deps, [notification])).get(notification)
  if (!receipt) throw new Error(`no receipt for booking ${notification.booking_id}`)
  return receipt
}

/** Takes many at once. One that is no notification is refused by itself; the others are stored together. */
export async function receiveBatch(deps: Deps, values: unknown[]): Promise<BatchResult[]> {
  const receipts = await receiveAll(deps, values.filter(isNotification))
  return values.map((value) => {
    const receipt = receipts.get(value as BookingNotification)
    const booking_id = bookingIdOf(value)
    return receipt ? { booking_id, ...receipt } : { booking_id, status: 'error', error: faultOf(value) }
  })
}

/** One page of what was received, with the filters as they were understood. */
export async function list(
  { db }: Deps,
  filters: Required<Omit<notificationStore.NotificationFilter, 'event_type'>>,
  request: PageRequest,
): Promise<NotificationPage> {
  const { notifications, total } = await notificationStore.list(db, filters, toSlice(request))
  const isFiltered = Object.values(filters).some((value) => value !== null)
  const total_notifications = isFiltered ? await notificationStore.count(db) : total
  return {
    bookings: notifications,
    pagination: toPagination(request, total),
    filters_applied: filters,
    summary: { total_notifications, filtered_results: total },
  }
}

/** Notes how far a customer has been looked after, and keeps the step as history. */
export async function updateCrmStatus(
  deps: Deps,
  booking_id: number,
  input: UpdateCrmStatus,
): Promise<CrmStatusChange> {
  const new_status = readChoice('crm_status', input.crm_status, CRM_STATUSES)
  if (!new_status) throw crmStatusMissing()
  const changed_at = deps.clock.now()
  const old_status = await deps.db.transaction().execute(async (trx) => {
    const booking = await notificationStore.lock(trx, booking_id)
    if (!booking) throw notFound('booking')
    const notes = input.notes?.trim() || null
    const change = { booking_id, old_status: booking.crm_status, new_status, notes, changed_at }
    await notificationStore.updateCrmStatus(trx, booking_id, new_status)
    await crmStatusChangeStore.insert(trx, change)
    return booking.crm_status
  })
  deps.changes.mark()
  return { booking_id, old_status, new_status, updated_at: toWireTime(changed_at) }
}

/** A receipt for each notification; of several about one booking, each has its own. */
async function receiveAll(
  deps: Deps,
  notifications: BookingNotification[],
): Promise<Map<BookingNotification, Receipt>> {
  if (notifications.length === 0) return new Map()
  const now = deps.clock.now()
  const rows = foldByBooking(notifications).map((notification) => notificationStore.toRow(notification, now))
  const stored = await notificationStore.insertOrCancel(deps.db, rows)
  const ids = new Map(stored.map(({ booking_id, id }) => [booking_id, id]))
  const standings = new Map(stored.map(({ booking_id, standing }) => [booking_id, standing]))
  const news = tellNews(notifications, standings)
  if (news.includes(true)) deps.changes.mark()
  return new Map(
    notifications.map((notification, i) => {
      const notification_id = ids.get(notification.booking_id) as number
      return [notification, { notification_id, status: news[i] ? 'success' : 'duplicate' }]
    }),
  )
}

function bookingIdOf(value: unknown): number | null {
  const { booking_id } = (value ?? {}) as { booking_id?: unknown }
  return Number.isSafeInteger(booking_id) ? (booking_id as number) : null
}
