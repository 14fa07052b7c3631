import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import type { Deps } from '#booking/deps.ts'
import * as userStore from '#booking/users/user.store.ts'
import { retryingTransaction } from '#shared/db/transaction.ts'
import * as demoStore from './demo.store.ts'

/**
 * Production on a database that development has used: whoever reads the source can log in there. Accounts that still
 * have the published password are closed and lose their role, before anybody is let in. Events are only counted: people
 * may have booked them. Any number of instances may do this at once.
 */
export async function closeDemoAccounts({ db, clock, log }: Deps): Promise<void> {
  const at = clock.now()
  const closed = await retryingTransaction(db, async (trx) => {
    await demoStore.lockDemoData(trx)
    const accounts = await demoStore.lockOpenAccounts(trx)
    for (const { id } of accounts) {
      await userStore.updateAndEndSessions(trx, id, { is_active: false, is_admin: false })
      const entry = { at, actor_id: null, action: 'user.closed', subject: 'user' as const, subject_id: id }
      await auditLog.record(trx, { ...entry, details: { reason: 'demo_account' } })
    }
    return accounts.length
  })
  if (closed === 0) return
  const events = await demoStore.countEventsAhead(db, at)
  log.warn({ accounts: closed, events }, 'demo accounts have been closed: their password is published')
}
