import type { CancelAllDeps } from '#booking/account/cancel-all.service.ts'
import * as departure from '#booking/account/cancel-all.service.ts'
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
 * Production on a database that development has used: whoever reads the source can log in there. Accounts that still
 * have the published password are closed and lose their roles, before anybody is let in. Events are only counted: people
 * may have booked them. Any number of instances may do this at once.
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
 * Gives what such accounts had ahead to those who wait. Not while closing them: a load test may have left a hundred thousand,
 * and the start waits for nobody's seats. One person at a time, so that it goes on where it was broken off.
 */
export async function freeDemoSeats(deps: DemoClosingDeps): Promise<void> {
  const { db, clock, log } = deps
  const now = clock.now()
  const holders = await demoStore.listClosedHolders(db, now)
  let bookings = 0
  for (const { id: user_id } of holders) {
    const leaving = { user_id, actor_id: null, reason: 'account_closed' as const }
    const left = await retryingTransaction(db, (trx) => departure.giveUpAll(trx, leaving, now))
    departure.announce(deps, left)
    bookings += left.cancelled
  }
  if (bookings > 0) log.info({ accounts: holders.length, bookings }, 'seats of closed demo accounts are free')
}
