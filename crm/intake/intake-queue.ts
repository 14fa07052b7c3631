import type { Db } from '#crm/database/database.ts'
import { detectNews, mergeByBooking, type PriorState } from '#crm/notifications/notification.rules.ts'
import * as notificationStore from '#crm/notifications/notification.store.ts'
import type { BookingNotification } from '#shared/contracts/booking-notification.schema.ts'
import { createBatcher } from '#shared/jobs/batcher.ts'
import type { Clock } from '#shared/lib/clock.ts'
import type { UnsavedChanges } from './unsaved-changes.ts'

/** The result for one notification. */
export type Receipt = { notification_id: number; status: 'success' | 'duplicate' }

/** Queue of notifications that are stored in batches. */
export type IntakeQueue = {
  /** Stores the notifications in one batch. Returns a receipt for each, in the same order. Throws 503 when the queue is full. */
  add(notifications: BookingNotification[]): Promise<Receipt[]>
}

/** Notifications in one batch: twice as many as a request may have. */
const BATCH_MAX = 1_000
/** Queued notifications, of one or two kilobytes each; the Main API retries what was refused. */
const WAITING_MAX = 8_000
/** All writers update the same statistics rows: a second one would only wait for the locks and occupy a connection. */
const CONCURRENCY = 1

/** Notifications that arrive while a batch is stored form the next one; `unsavedChanges` is marked when something was stored. */
export function createIntakeQueue(db: Db, clock: Clock, unsavedChanges: UnsavedChanges): IntakeQueue {
  const batcher = createBatcher<BookingNotification[], Receipt[]>({
    name: 'store notifications',
    async run(groups) {
      const receipts = await store(db, groups.flat(), clock.now())
      return groups.map(({ length }) => receipts.splice(0, length))
    },
    batchMax: BATCH_MAX,
    weigh: (group) => group.length,
    concurrency: CONCURRENCY,
    waitingMax: WAITING_MAX,
  })
  return {
    async add(notifications) {
      if (notifications.length === 0) return []
      const receipts = await batcher.add(notifications)
      if (receipts.some(({ status }) => status === 'success')) unsavedChanges.mark()
      return receipts
    },
  }
}

/** Returns a receipt for each notification, also when several are about one booking. */
async function store(db: Db, notifications: BookingNotification[], now: Date): Promise<Receipt[]> {
  if (notifications.length === 0) return []
  const rows = mergeByBooking(notifications).map((notification) => notificationStore.toRow(notification, now))
  const ids = new Map<number, number>()
  const states = new Map<number, PriorState>()
  const record = (state: PriorState, stored: notificationStore.StoredId[]) => {
    for (const { id, booking_id } of stored) {
      ids.set(booking_id, id)
      states.set(booking_id, state)
    }
  }
  const left = (among = rows) =>
    among.map(({ booking_id }) => booking_id).filter((booking_id) => !ids.has(booking_id))
  record('unknown', await notificationStore.insertNew(db, rows))
  const cancelled = left(rows.filter(({ status }) => status === 'cancelled'))
  if (cancelled.length > 0) record('active', await notificationStore.cancel(db, cancelled, now))
  if (left().length > 0) record('settled', await notificationStore.findIds(db, left()))
  const news = detectNews(notifications, states)
  return notifications.map(({ booking_id }, i) => ({
    // One of the three statements has returned the booking.
    notification_id: ids.get(booking_id) as number,
    status: news[i] ? 'success' : 'duplicate',
  }))
}
