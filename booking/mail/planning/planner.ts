import type { Db } from '#booking/database/database.ts'
import { retryingTransaction } from '#shared/db/transaction.ts'
import { type Loop, startLoop } from '#shared/jobs/loop.ts'
import type { Clock } from '#shared/lib/clock.ts'
import type { Logger } from '#shared/telemetry/logger.ts'
import * as mailCursorStore from './mail-cursor.store.ts'
import * as planStore from './plan.store.ts'

export type PlannerDeps = { db: Db; clock: Clock; log: Logger; mail: { isOn: boolean } }

const REMINDERS_EVERY_MS = 30_000

/**
 * Starts the loops that find out which mails are owed: from the audit log, which every change writes in its own transaction,
 * so that bookings do no extra work (decision 0053), and from the clock.
 */
export function startPlanner(deps: PlannerDeps): Loop[] {
  const { log } = deps
  const entries = startLoop({
    name: 'plan-mails',
    everyMs: 1_000,
    firstAfterMs: 600,
    log,
    run: () => planNext(deps),
  })
  if (!deps.mail.isOn) return [entries]
  const run = async () => {
    await planReminders(deps)
    return false
  }
  return [
    entries,
    startLoop({ name: 'plan-reminders', everyMs: REMINDERS_EVERY_MS, firstAfterMs: 700, log, run }),
  ]
}

/**
 * Plans what the next transactions cause, and moves the cursor with it. Returns whether there may be more: while people
 * book, the rest waits a second, since a plan for each booking would double its commits.
 */
export async function planNext({ db, clock, mail }: PlannerDeps): Promise<boolean> {
  if (!(await mailCursorStore.isBehind(db))) return false
  return retryingTransaction(db, async (trx) => {
    const span = await mailCursorStore.lockNext(trx)
    if (!span) return false
    const now = clock.now()
    // Without mail the cursor moves too, so that what happened meanwhile is not told when it is switched on.
    if (mail.isOn) await planStore.planEntries(trx, { entries: planStore.entriesWithin(span, now), now })
    await mailCursorStore.move(trx, span.until)
    return span.isFull
  })
}

export async function planReminders({ db, clock }: Pick<PlannerDeps, 'db' | 'clock'>): Promise<void> {
  await planStore.planReminders(db, clock.now())
}

/** Call it before anything is written: the database may have been moved here from another cluster. */
export async function adoptDatabase({ db, clock, mail }: Omit<PlannerDeps, 'log'>): Promise<void> {
  await mailCursorStore.adopt(db, async (trx, after) => {
    const now = clock.now()
    if (mail.isOn) await planStore.planEntries(trx, { entries: planStore.entriesWithin({ after }, now), now })
  })
}
