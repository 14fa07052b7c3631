import { startAnalysing } from '#shared/db/grown-tables.ts'
import { type Loop, startLoop } from '#shared/jobs/loop.ts'
import { eraseDue } from './account/crm-erasure.service.ts'
import { oweResets } from './account/recovery/password-reset.service.ts'
import { startRelay } from './crm-link/outbox/outbox-relay.ts'
import { sweep } from './crm-link/reconciliation/reconciliation.service.ts'
import { freeDemoSeats } from './demo/demo-closing.ts'
import type { Deps } from './deps.ts'
import * as eventStore from './events/event.store.ts'
import { forgetOldKeys } from './idempotency/idempotency.service.ts'
import { forgetOldMails } from './mail/mail.service.ts'
import { startPlanner } from './mail/planning/planner.ts'
import { startDispatcher } from './mail/sending/dispatcher.ts'
import { forgetSeen } from './notices/notice.store.ts'
import { tidy } from './waitlist/waitlist.service.ts'

const FORGET_BATCH = 5_000

/**
 * Starts all background jobs. Safe to run in any number of instances. Their first runs are apart: all at once they would
 * open a database connection each.
 */
export function startWorker(deps: Deps): { stop(): Promise<void> } {
  const { db, clock, log } = deps
  const jobs = [
    startRelay(deps),
    startLoop({
      name: 'complete-ended-events',
      everyMs: 60_000,
      firstAfterMs: 200,
      log,
      async run() {
        const count = await eventStore.completeEnded(db, clock.now())
        if (count > 0) deps.caches.events.forget()
        if (count > 0) log.info({ count }, 'ended events completed')
        return false
      },
    }),
    startLoop({
      name: 'promote-waiting',
      everyMs: 30_000,
      firstAfterMs: 300,
      log,
      async run() {
        await tidy(deps)
        return false
      },
    }),
    startAnalysing(db, log),
    ...reconciling(deps),
    ...freeingDemoSeats(deps),
    startLoop({
      name: 'forget-old-idempotency-keys',
      everyMs: 3_600_000,
      firstAfterMs: 400,
      log,
      async run() {
        await forgetOldKeys(deps)
        return false
      },
    }),
    startLoop({
      name: 'have-people-forgotten',
      everyMs: 2_000,
      firstAfterMs: 100,
      log,
      run: () => eraseDue(deps),
    }),
    startLoop({
      name: 'forget-ended-sessions',
      everyMs: 3_600_000,
      firstAfterMs: 500,
      log,
      async run() {
        await deps.identity.sessions.forgetExpired()
        return false
      },
    }),
    ...startPlanner(deps),
    ...(deps.mail.isOn ? [startDispatcher(deps), answeringForgotten(deps)] : []),
    startLoop({
      name: 'forget-old-mails',
      everyMs: 3_600_000,
      firstAfterMs: 900,
      log,
      run: () => forgetOldMails(deps),
    }),
    startLoop({
      name: 'forget-seen-notices',
      everyMs: 3_600_000,
      firstAfterMs: 1_000,
      log,
      run: async () => (await forgetSeen(db, clock.now(), FORGET_BATCH)) === FORGET_BATCH,
    }),
  ]
  return {
    async stop() {
      await Promise.all(jobs.map((job) => job.stop()))
    },
  }
}

function reconciling(deps: Deps): Loop[] {
  const everyMs = deps.config.reconcileMinutes * 60_000
  if (everyMs === 0) return []
  const run = async () => {
    await sweep(deps)
    return false
  }
  // The first run is delayed to keep the start light.
  return [startLoop({ name: 'reconcile-with-crm', everyMs, firstAfterMs: everyMs, log: deps.log, run })]
}

function answeringForgotten(deps: Deps): Loop {
  const run = () => oweResets(deps)
  return startLoop({ name: 'owe-password-resets', everyMs: 1_000, firstAfterMs: 650, log: deps.log, run })
}

function freeingDemoSeats(deps: Deps): Loop[] {
  if (!deps.config.production) return []
  const run = async () => {
    await freeDemoSeats(deps)
    return false
  }
  // Runs again only to resume after an error.
  return [startLoop({ name: 'free-demo-seats', everyMs: 600_000, log: deps.log, run })]
}
