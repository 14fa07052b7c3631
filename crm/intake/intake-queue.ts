import type { Db } from '#crm/database/database.ts'
import { foldByBooking, type Standing, tellNews } from '#crm/notifications/notification.rules.ts'
import * as notificationStore from '#crm/notifications/notification.store.ts'
import type { BookingNotification } from '#shared/contracts/booking-notification.schema.ts'
import { createBatcher } from '#shared/jobs/batcher.ts'
import type { Clock } from '#shared/lib/clock.ts'
import type { Changes } from './unsaved-changes.ts'

/** What became of one notification. */
export type Receipt = { notification_id: number; status: 'success' | 'duplicate' }

/** Where notifications line up to be stored. Throws 503 when too many wait. */
export type ReceivingQueue = {
  /** Together, in one statement; a receipt for each in turn. */
  add(notifications: BookingNotification[]): Promise<Receipt[]>
}

/** Notifications that one statement stores: what one request may bring, and the same again. */
const BATCH_MAX = 1_000
/** So many may wait, each a kilobyte or two: the Main API tells again what was refused. */
const WAITING_MAX = 8_000
/** Writers wait for each other at the figures they all change: a second one would only wait, and hold a connection that readers need. */
const CONCURRENCY = 1

/** What comes while a statement is under way is stored together by the next one. */
export function createReceivingQueue(db: Db, clock: Clock, changes: Changes): ReceivingQueue {
  const batcher = createBatcher<BookingNotification[], Receipt[]>({
    name: 'store notifications',
    async run(groups) {
      const receipts = (await store(db, groups.flat(), clock.now())).values()
      return groups.map((group) => group.map(() => receipts.next().value as Receipt))
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
      if (receipts.some(({ status }) => status === 'success')) changes.mark()
      return receipts
    },
  }
}

/** Of several about one booking, each has its own receipt. */
async function store(db: Db, notifications: BookingNotification[], now: Date): Promise<Receipt[]> {
  if (notifications.length === 0) return []
  const rows = foldByBooking(notifications).map((notification) => notificationStore.toRow(notification, now))
  const ids = new Map<number, number>()
  const standings = new Map<number, Standing>()
  const note = (standing: Standing, stored: notificationStore.StoredId[]) => {
    for (const { id, booking_id } of stored) {
      ids.set(booking_id, id)
      standings.set(booking_id, standing)
    }
  }
  const left = (among = rows) =>
    among.map(({ booking_id }) => booking_id).filter((booking_id) => !ids.has(booking_id))
  note('unknown', await notificationStore.insertNew(db, rows))
  const cancelled = left(rows.filter(({ status }) => status === 'cancelled'))
  if (cancelled.length > 0) note('active', await notificationStore.cancel(db, cancelled, now))
  if (left().length > 0) note('settled', await notificationStore.findIds(db, left()))
  const news = tellNews(notifications, standings)
  return notifications.map(({ booking_id }, i) => ({
    notification_id: ids.get(booking_id) as number,
    status: news[i] ? 'success' : 'duplicate',
  }))
}
