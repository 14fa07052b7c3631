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

/** What became of free seats: to be announced once the transaction has been committed. */
export type Promotion = { promoted: promotionStore.Promoted[]; seats: eventStore.SeatCount[] }

const TURNS_MAX = 20

/**
 * Gives every free seat of the events to who is first in line, skipping whoever has another booking at that time:
 * they keep their place. The transaction holds the events' rows and has done all else that frees or adds seats, except
 * for changes of bookings: those come after, so that nobody waits for them who is waited for here.
 */
export async function promote(trx: Db, eventIds: number[], now: Date): Promise<Promotion> {
  const promoted: promotionStore.Promoted[] = []
  const seats = new Map<number, eventStore.SeatCount>()
  for (let turns = 0; turns < TURNS_MAX; turns++) {
    const turn = await promotionStore.giveSeats(trx, eventIds, { now, leaseEnd: leaseEnd(now) })
    promoted.push(...turn.promoted)
    for (const count of turn.seats) seats.set(count.id, count)
    if (!turn.isContended) break
  }
  return { promoted, seats: [...seats.values()] }
}

/** Tells this instance's readers and the CRM what `promote` has done. After the commit. */
export function announce(
  { caches: { events: eventCache }, crm: { delivery } }: PromotionDeps,
  { promoted, seats }: Promotion,
): void {
  for (const count of seats) eventCache.setSeats(count)
  delivery.sendSoon(promoted.map(({ message_id }) => message_id))
}

/** A user's calendar has become emptier: seats that they wait for may be free. What fails is left to `tidy`. */
export async function offerAgain(deps: PromotionDeps, user_id: number): Promise<void> {
  await offer(deps, user_id).catch((err: unknown) => deps.log.warn({ err }, 'promotion left to the worker'))
}

/** Seats that nobody in line could take when they were freed go to those who can by now. */
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
