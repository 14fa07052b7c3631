import { leaseEnd } from '#booking/crm-link/outbox/outbox.store.ts'
import type { Db } from '#booking/database/database.ts'
import type { AheadMax } from '#booking/identity/sessions/admission.sql.ts'
import { isRolledBack } from '#shared/db/database-errors.ts'
import { unavailable } from '#shared/errors/app-error.ts'
import { createBatcher } from '#shared/jobs/batcher.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { type Cause, currentCause } from '#shared/telemetry/request-context.ts'
import { type SeatOutcome, type SeatRequest, takeSeats } from './seat.store.ts'

const BATCH_MAX = 64
const WAITING_MAX = 4_000
/** A request that waits longer is shed, so that an accepted one is answered within a second, the CRM's acknowledgement included. */
const WAIT_MAX_MS = 300
const TRIES_MAX = 20

const tooContended = () => unavailable('busy', 'Too many bookings at once: please try again in a moment.', 1)

export type SeatQueue = ReturnType<typeof createSeatQueue>

/**
 * Requests for seats, batched by group commit: a batch is what arrived while the statement before ran (decision 0007).
 * `isGuarded` is false only in the controls that have to oversell.
 */
export function createSeatQueue(
  db: Db,
  clock: Clock,
  { aheadMax, isGuarded = true }: { aheadMax: AheadMax | undefined; isGuarded?: boolean },
) {
  const take = (requests: SeatRequest[]) => {
    const now = clock.now()
    return takeSeats(db, requests, { now, leaseEnd: leaseEnd(now), isGuarded, aheadMax })
  }
  const batcher = createBatcher<SeatRequest, SeatOutcome | Failure>({
    name: 'take seats',
    batchMax: BATCH_MAX,
    waitingMax: WAITING_MAX,
    concurrency: 2,
    waitMaxMs: WAIT_MAX_MS,
    run: (requests) => take(requests).catch((error) => oneByOne(requests, take, error)),
  })
  return {
    /**
     * Asks for one seat, again where another transaction was in the way. Throws 503 when too many wait, or when it was
     * contended too often, and what the database throws.
     */
    async request(
      wish: Omit<SeatRequest, keyof Cause>,
    ): Promise<Exclude<SeatOutcome, { kind: 'contended' }>> {
      const request = { ...wish, ...currentCause() }
      for (let tries = 0; tries < TRIES_MAX; tries++) {
        const outcome = await batcher.add(request)
        if (outcome.kind === 'failed') throw outcome.error
        if (outcome.kind !== 'contended') return outcome
      }
      throw tooContended()
    },
  }
}

type Failure = { kind: 'failed'; error: unknown }

/** A batch that was rolled back is tried request by request: one that cannot be carried out must not fail the others. */
async function oneByOne(
  requests: SeatRequest[],
  take: (requests: SeatRequest[]) => Promise<SeatOutcome[]>,
  error: unknown,
): Promise<(SeatOutcome | Failure)[]> {
  // After a lost connection the outcome is unknown: trying again could book twice.
  if (!isRolledBack(error)) throw error
  const outcomes: (SeatOutcome | Failure)[] = []
  for (const request of requests) {
    const alone = take([request]).then(([outcome]) => outcome ?? { kind: 'contended' as const })
    outcomes.push(await alone.catch((fault: unknown) => ({ kind: 'failed' as const, error: fault })))
  }
  return outcomes
}
