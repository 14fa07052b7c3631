import type { CrmConfig } from '#crm/config.ts'
import type { Db } from '#crm/database/database.ts'
import type { Changes } from '#crm/intake/unsaved-changes.ts'
import type { Clock } from '#shared/lib/clock.ts'
import type { Logger } from '#shared/telemetry/logger.ts'
import { type Skipped, skip } from './backup.rules.ts'
import * as backupStore from './backup.store.ts'
import { type BackupContent, BackupUnreadable, openBackup } from './backup-reader.ts'

export type BackupImportDeps = {
  config: Pick<CrmConfig, 'backupFile'>
  log: Logger
  clock: Clock
  db: Db
  changes: Changes
}

/**
 * Fills an empty CRM from the file backup: after a loss of the database, and when it takes over from the
 * service before it. A file that cannot be read stops nobody; it stays on the disk.
 */
export async function importBackup(deps: BackupImportDeps): Promise<void> {
  const { changes, log } = deps
  const file = deps.config.backupFile
  try {
    const taken = await importInto(deps, file)
    if (taken === 'nothing to do') return
    // Whatever changed right before a crash may not have reached the file.
    if (taken === 'not empty') return changes.mark()
    if (taken.count > 0) changes.mark()
    log.info({ file, count: taken.count }, 'file backup imported')
    if (taken.skipped.count > 0) log.warn({ file, ...taken.skipped }, 'entries of the file backup skipped')
  } catch (error) {
    if (!(error instanceof BackupUnreadable)) throw error
    const reason = error.message
    log.error({ file, reason }, 'The file backup cannot be read: starting without it. It is kept as it is.')
  }
}

/** Inserts everything that the backup holds. Returns how many bookings. */
export async function insertAll(trx: Db, { batches, skipped }: BackupContent): Promise<number> {
  let count = 0
  for await (const batch of batches) {
    const inserted = await backupStore.insertMany(trx, batch)
    for (let i = inserted; i < batch.length; i++) skip(skipped, 'A booking is in the file more than once.')
    count += inserted
  }
  await backupStore.advanceIds(trx)
  return count
}

type Taken = 'not empty' | 'nothing to do' | { count: number; skipped: Skipped }

function importInto({ db, clock }: BackupImportDeps, file: string): Promise<Taken> {
  return db.transaction().execute(async (trx): Promise<Taken> => {
    await backupStore.lock(trx)
    if (await backupStore.hasNotifications(trx)) return 'not empty'
    const content = await openBackup(file, clock.now())
    if (!content) return 'nothing to do'
    await backupStore.beginImport(trx)
    // Another instance may have received something before the door was closed.
    if (await backupStore.hasNotifications(trx)) return 'not empty'
    const count = await insertAll(trx, content)
    return { count, skipped: content.skipped }
  })
}
