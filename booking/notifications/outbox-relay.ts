import type { Deps } from '#booking/deps.ts'
import { type Loop, startLoop } from '#shared/jobs/loop.ts'
import { CrmFault } from './crm-client.ts'
import type { Delivery } from './outbox.store.ts'
import * as outboxStore from './outbox.store.ts'

const INLINE_MAX_MS = 1_000
const ATTEMPT_MAX_MS = 5_000
const BATCH = 32
const RETRY_MAX_SECONDS = 30

/**
 * Tells the CRM right after the commit, so that the caller can be told whether it knows. True only when it
 * acknowledged. Anything else leaves the message to the relay, and never throws.
 */
export async function deliverAtOnce(deps: Deps, messageId: number): Promise<boolean> {
  try {
    const delivery = await outboxStore.findHeld(deps.db, messageId)
    return delivery ? await deliver(deps, delivery, INLINE_MAX_MS) : false
  } catch (err) {
    deps.log.warn({ err, messageId }, 'CRM message left to the relay')
    return false
  }
}

/** Delivers what is due, for ever: a message is only done when the CRM has acknowledged it. */
export function startRelay(deps: Deps): Loop {
  let isCrmAway = false
  return startLoop({
    name: 'deliver-to-crm',
    everyMs: 1_000,
    log: deps.log,
    async run() {
      const { claimed, delivered } = await deliverDue(deps)
      if (claimed > 0 && isCrmAway !== (delivered === 0)) {
        isCrmAway = !isCrmAway
        if (isCrmAway) deps.log.warn({ waiting: claimed }, 'CRM does not acknowledge: it is told later')
        else deps.log.info('CRM acknowledges again')
      }
      return claimed === BATCH && delivered > 0
    },
  })
}

/** One round. */
export async function deliverDue(deps: Deps): Promise<{ claimed: number; delivered: number }> {
  const due = await outboxStore.claimDue(deps.db, deps.clock.now(), BATCH)
  const outcomes = await Promise.all(due.map((delivery) => deliver(deps, delivery, ATTEMPT_MAX_MS)))
  return { claimed: due.length, delivered: outcomes.filter(Boolean).length }
}

async function deliver(deps: Deps, delivery: Delivery, timeoutMs: number): Promise<boolean> {
  const { id, booking_id, attempts, notification } = delivery
  try {
    await deps.crm.notify(notification, timeoutMs)
    await outboxStore.complete(deps.db, [id], deps.clock.now())
    return true
  } catch (error) {
    if (!(error instanceof CrmFault)) throw error
    const seconds = retryDelaySeconds(attempts)
    await outboxStore.retryAt(
      deps.db,
      id,
      new Date(deps.clock.now().getTime() + seconds * 1000),
      error.message,
    )
    deps.log.debug(
      { booking_id, attempts: attempts + 1, reason: error.message },
      'CRM not told yet, will try again',
    )
    return false
  }
}

/** 1 s, 2 s, 4 s … up to the cap, give or take a quarter so that retries do not arrive together. */
function retryDelaySeconds(attempts: number): number {
  return Math.min(2 ** attempts, RETRY_MAX_SECONDS) * (0.75 + Math.random() / 2)
}
