import { leaseEnd } from '#booking/crm-link/outbox/outbox.store.ts'
import type { Db } from '#booking/database/database.ts'
import type { AheadMax } from '#booking/identity/sessions/admission.sql.ts'
import { isRolledBack } from '#shared/db/database-errors.ts'
import { unavailable } from '#shared/errors/app-error.ts'
import { createBatcher } from '#shared/jobs/batcher.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { type Cause, currentCause } from '#shared/telemetry/request-context.ts'
import { type SeatOutcome, type SeatRequest, takeSeats } from './seat.store.ts'

/** Where requests for seats line up, to be answered many by one statement. */
export type SeatQueue = {
  /** Throws 503 when too many wait, or when others are in the way for too long. */
  request(request: Omit<SeatRequest, keyof Cause>): Promise<Exclude<SeatOutcome, { kind: 'contended' }>>
  waiting(): number
}

const BATCH_MAX = 64
const WAITING_MAX = 4_000
/** Whoever is let in is to be answered within a second, the CRM's acknowledgement included. */
const WAIT_MAX_MS = 300
const TRIES_MAX = 20

const tooContended = () => unavailable('busy', 'Too many bookings at once: please try again in a moment.', 1)

/** `isGuarded` is false only in the tests that have to oversell. */
export function createSeatQueue(
  db: Db,
  clock: Clock,
  { aheadMax, isGuarded = true }: { aheadMax: AheadMax | undefined; isGuarded?: boolean },
): SeatQueue {
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
    waiting: batcher.waiting,
    async request(wish) {
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

/** One request that cannot be carried out must not take the others of its batch down with it. */
async function oneByOne(
  requests: SeatRequest[],
  take: (requests: SeatRequest[]) => Promise<SeatOutcome[]>,
  error: unknown,
): Promise<(SeatOutcome | Failure)[]> {
  // After a lost connection nobody knows whether it was carried out: trying again could book twice.
  if (!isRolledBack(error)) throw error
  const outcomes: (SeatOutcome | Failure)[] = []
  for (const request of requests) {
    const alone = take([request]).then(([outcome]) => outcome ?? { kind: 'contended' as const })
    outcomes.push(await alone.catch((fault: unknown) => ({ kind: 'failed' as const, error: fault })))
  }
  return outcomes
}
