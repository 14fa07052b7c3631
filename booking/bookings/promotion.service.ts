import type { Delivery } from '#booking/crm-link/outbox/delivery.ts'
import { leaseEnd } from '#booking/crm-link/outbox/outbox.store.ts'
import type { Db } from '#booking/database/database.ts'
import * as eventStore from '#booking/events/event.store.ts'
import type { EventCache } from '#booking/events/event-cache.ts'
import { retryingTransaction } from '#shared/db/transaction.ts'
import type { Clock } from '#shared/lib/clock.ts'
import type { Logger } from '#shared/telemetry/logger.ts'
import * as promotionStore from './promotion.store.ts'

export type PromotionDeps = {
  log: Logger
  clock: Clock
  db: Db
  crm: { delivery: Delivery }
  caches: { events: EventCache }
}

/** The result of a promotion, for `announce` after the commit. */
export type Promotion = { promoted: promotionStore.Promoted[]; seats: eventStore.SeatCount[] }

const ROUNDS_MAX = 20

/**
 * Gives the free seats of the events to the first on their waiting lists, skipping people with another booking at that time,
 * who keep their place (decision 0013). The transaction must have locked the events and freed or added the seats already,
 * but must change bookings only afterwards (lock order: see `booking-clash.store.ts`).
 */
export async function promote(trx: Db, eventIds: number[], now: Date): Promise<Promotion> {
  const promoted: promotionStore.Promoted[] = []
  const seats = new Map<number, eventStore.SeatCount>()
  for (let rounds = 0; rounds < ROUNDS_MAX; rounds++) {
    const round = await promotionStore.giveSeats(trx, eventIds, { now, leaseEnd: leaseEnd(now) })
    promoted.push(...round.promoted)
    for (const count of round.seats) seats.set(count.id, count)
    if (!round.isContended) break
  }
  return { promoted, seats: [...seats.values()] }
}

/** Updates the cache and sends the CRM messages of `promote`. Call it after the commit. */
export function announce(
  { caches: { events: eventCache }, crm: { delivery } }: PromotionDeps,
  { promoted, seats }: Promotion,
): void {
  for (const count of seats) eventCache.setSeats(count)
  delivery.sendSoon(promoted.map(({ message_id }) => message_id))
}

/** `offer` after a user's booking has ended, which may have blocked their promotion. Errors are left to the worker. */
export async function offerAgain(deps: PromotionDeps, user_id: number): Promise<void> {
  await offer(deps, user_id).catch((err: unknown) => deps.log.warn({ err }, 'promotion left to the worker'))
}

/** Promotes people for seats that nobody on the waiting list could take when they were freed; with `user_id`, this user. */
export async function offer(deps: PromotionDeps, user_id?: number): Promise<void> {
  const now = deps.clock.now()
  for (const id of await promotionStore.listOfferable(deps.db, now, user_id)) {
    const promotion = await retryingTransaction(deps.db, async (trx) => {
      await eventStore.lock(trx, id)
      return promote(trx, [id], now)
    })
    announce(deps, promotion)
  }
}
