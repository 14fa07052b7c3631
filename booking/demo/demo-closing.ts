import { announce, type CancelAllDeps, cancelAll } from '#booking/account/cancel-all.service.ts'
import { type AccountStatusDeps, retire } from '#booking/admin/account-status.service.ts'
import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import type { Db } from '#booking/database/database.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import { retryingTransaction } from '#shared/db/transaction.ts'
import type { Clock } from '#shared/lib/clock.ts'
import type { Logger } from '#shared/telemetry/logger.ts'
import * as demoStore from './demo.store.ts'

export type DemoClosingDeps = CancelAllDeps & AccountStatusDeps & { log: Logger; clock: Clock; db: Db }

/**
 * For production on a database that development has used: closes accounts that still have the published demo password and
 * removes their roles, before the server listens (decision 0046). Their events stay, since people may have booked them.
 * Safe to run in any number of instances.
 */
export async function closeDemoAccounts(deps: DemoClosingDeps): Promise<void> {
  const { db, clock, log } = deps
  const at = clock.now()
  const closed = await retryingTransaction(db, async (trx) => {
    await demoStore.lockDemoData(trx)
    const withRole = await demoStore.lockAccountsWithRole(trx)
    for (const user of withRole) await retire({ trx, deps, actor_id: null, user }, true)
    const accounts = withRole.filter(({ is_active, is_admin }) => is_active || is_admin)
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

/**
 * Cancels the upcoming bookings of closed demo accounts. Not part of the start, because a load test may have left a hundred
 * thousand. One account per transaction, so that it can be resumed.
 */
export async function freeDemoSeats(deps: DemoClosingDeps): Promise<void> {
  const { db, clock, log } = deps
  const now = clock.now()
  const holders = await demoStore.listClosedHolders(db, now)
  let bookings = 0
  for (const { id: user_id } of holders) {
    const closing = { user_id, actor_id: null, reason: 'account_closed' as const }
    const all = await retryingTransaction(db, (trx) => cancelAll(trx, closing, now))
    announce(deps, all)
    bookings += all.cancelled
  }
  if (bookings > 0) log.info({ accounts: holders.length, bookings }, 'seats of closed demo accounts are free')
}
