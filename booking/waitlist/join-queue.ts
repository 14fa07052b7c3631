import type { Db } from '#booking/database/database.ts'
import * as eventStore from '#booking/events/event.store.ts'
import type { AheadMax } from '#booking/identity/sessions/admission.sql.ts'
import { retryingTransaction } from '#shared/db/transaction.ts'
import { createBatcher } from '#shared/jobs/batcher.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { joinLines, type LineOutcome, type LineRequest } from './join.store.ts'

/**
 * Where those who want to wait come in, to be put in line many by one transaction: a rush for seats ends as a rush for
 * the line, and if each held a connection until the event's row is theirs, nothing would be left for others.
 */
export type LineQueue = {
  /** Throws 503 when too many come at once. */
  join(request: LineRequest): Promise<LineOutcome>
}

const BATCH_MAX = 64
const WAITING_MAX = 4_000

export function createLineQueue(db: Db, clock: Clock, aheadMax: AheadMax | undefined): LineQueue {
  const batcher = createBatcher<LineRequest, LineOutcome>({
    name: 'join lines',
    batchMax: BATCH_MAX,
    waitingMax: WAITING_MAX,
    concurrency: 1,
    run: (requests) =>
      retryingTransaction(db, async (trx) => {
        // A seat that is freed at the same moment either is seen here, or finds them in line.
        await eventStore.lockMany(
          trx,
          requests.map(({ event_id }) => event_id),
        )
        return joinLines(trx, requests, { now: clock.now(), aheadMax })
      }),
  })
  return { join: batcher.add }
}
