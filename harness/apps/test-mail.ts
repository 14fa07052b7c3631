import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Deps } from '#booking/deps.ts'
import { planNext } from '#booking/mail/planning/planner.ts'
import * as mailStore from '#booking/mail/queue/mail.store.ts'
import { sendOne } from '#booking/mail/sending/sender.ts'

/** Plans everything that was committed so far. */
export async function planMails(deps: Deps): Promise<void> {
  await waitForPlanner(deps)
  while (await planNext(deps)) {}
}

/** Other databases of the same PostgreSQL have transactions of their own, which hold the planner up for a moment. */
export async function waitForPlanner(deps: Deps): Promise<void> {
  const { rows } = await sql<{ now: string }>`select pg_current_xact_id()::text as now`.execute(deps.db)
  const isPlanned = async () => {
    const { rows: found } = await sql<{ is_planned: boolean }>`
      select pg_snapshot_xmin(pg_current_snapshot()) > ${rows[0]?.now}::xid8 as is_planned`.execute(deps.db)
    return found[0]?.is_planned
  }
  while (!(await isPlanned())) await sleep(5)
}

/** Plans, and makes one attempt with everything that is due. Returns how each went. */
export async function sendMails(deps: Deps): Promise<string[]> {
  await planMails(deps)
  const outcomes: string[] = []
  for (;;) {
    const claimed = await mailStore.claimDue(deps.db, deps.clock.now(), 5)
    if (claimed.length === 0) return outcomes
    outcomes.push(...(await Promise.all(claimed.map((mail) => sendOne(deps, mail)))))
  }
}

/** A person's mails, the oldest first. */
export async function mailsOf({ db }: Deps, user_id: number) {
  return (await mailStore.listOfUser(db, user_id)).reverse()
}
