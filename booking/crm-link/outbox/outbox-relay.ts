import type { Db } from '#booking/database/database.ts'
import { type Loop, startLoop } from '#shared/jobs/loop.ts'
import type { CircuitBreaker } from '#shared/lib/circuit-breaker.ts'
import type { Clock } from '#shared/lib/clock.ts'
import type { Logger } from '#shared/telemetry/logger.ts'
import { onBehalfOf, toContext } from '#shared/telemetry/request-context.ts'
import { type DeliveryDeps, deliver, requestsOf } from './delivery.ts'
import type { Message } from './outbox.store.ts'
import * as outboxStore from './outbox.store.ts'

export type OutboxRelayDeps = DeliveryDeps & {
  log: Logger
  clock: Clock
  db: Db
  crm: { breaker: CircuitBreaker }
}

const ATTEMPT_MAX_MS = 5_000
const BATCH = 100

/** Starts the loop that sends due outbox messages. A message is retried until the CRM acknowledges it (decision 0006). */
export function startRelay(deps: OutboxRelayDeps): Loop {
  let wasAway = false
  return startLoop({
    name: 'deliver-to-crm',
    everyMs: 1_000,
    log: deps.log,
    async run() {
      const { delivered } = await deliverDue(deps)
      const isAway = deps.crm.breaker.isOpen()
      if (isAway && !wasAway)
        deps.log.warn('the CRM does not acknowledge: bookings go on, it is told when it is back')
      if (!isAway && wasAway) deps.log.info('the CRM acknowledges again')
      wasAway = isAway
      return delivered > 0
    },
  })
}

/** Sends one batch of due messages. While the circuit breaker is open, a single message probes the CRM. */
export async function deliverDue(deps: OutboxRelayDeps): Promise<{ claimed: number; delivered: number }> {
  const {
    db,
    clock,
    crm: { breaker: crmBreaker },
  } = deps
  if (crmBreaker.isOpen() && !crmBreaker.isProbeDue()) return { claimed: 0, delivered: 0 }
  const messages = await outboxStore.claimDue(db, clock.now(), crmBreaker.isOpen() ? 1 : BATCH)
  if (messages.length === 0) return { claimed: 0, delivered: 0 }
  const causes = messages.map(({ cause }) => toContext(cause))
  return onBehalfOf(causes, 'tell the CRM', async () => {
    const outcomes = await deliver(deps, messages, ATTEMPT_MAX_MS)
    const delivered = messages.filter((_, i) => outcomes[i])
    logLate(deps, delivered)
    return { claimed: messages.length, delivered: delivered.length }
  })
}

/** Logs messages that had failed before or outlived their lease; demo data, which only waited for this loop, is not late. */
function logLate({ clock, log }: OutboxRelayDeps, delivered: Message[]): void {
  const freshSinceMs = clock.now().getTime() - outboxStore.LEASE_SECONDS * 1_000
  const isLate = ({ attempts, created_at }: Message) => attempts > 0 || created_at.getTime() <= freshSinceMs
  const late = delivered.filter(isLate)
  if (late.length > 0)
    log.info({ messages: late.length, requests: requestsOf(late) }, 'CRM told of what had waited')
}
