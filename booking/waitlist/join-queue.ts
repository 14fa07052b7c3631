import type { Db } from '#booking/database/database.ts'
import * as eventStore from '#booking/events/event.store.ts'
import type { AheadMax } from '#booking/identity/sessions/admission.sql.ts'
import { retryingTransaction } from '#shared/db/transaction.ts'
import { createBatcher } from '#shared/jobs/batcher.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { type JoinOutcome, type JoinRequest, joinWaitlists } from './join.store.ts'

/**
 * Requests to join waiting lists, batched: a rush for seats ends as a rush for the waiting list, and if each request held a
 * connection while it waits for the event's lock, none would be left for others.
 */
export type JoinQueue = {
  /** Throws 503 when too many wait. */
  join(request: JoinRequest): Promise<JoinOutcome>
}

const BATCH_MAX = 64
const WAITING_MAX = 4_000

export function createJoinQueue(db: Db, clock: Clock, aheadMax: AheadMax | undefined): JoinQueue {
  const batcher = createBatcher<JoinRequest, JoinOutcome>({
    name: 'join lines',
    batchMax: BATCH_MAX,
    waitingMax: WAITING_MAX,
    concurrency: 1,
    run: (requests) =>
      retryingTransaction(db, async (trx) => {
        // With the lock, a seat that is freed concurrently is either seen here or offered to the new entries.
        await eventStore.lockMany(
          trx,
          requests.map(({ event_id }) => event_id),
        )
        return joinWaitlists(trx, requests, { now: clock.now(), aheadMax })
      }),
  })
  return { join: batcher.add }
}
