import type { CrmConfig } from '#crm/config.ts'
import type { Db } from '#crm/database/database.ts'
import type { UnsavedChanges } from '#crm/intake/unsaved-changes.ts'
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
  unsavedChanges: UnsavedChanges
}

/**
 * Fills an empty CRM from the file backup, after a loss of the database or when it replaces the old service (contract). An
 * unreadable file is logged and kept, and does not prevent the start.
 */
export async function importBackup(deps: BackupImportDeps): Promise<void> {
  const { unsavedChanges, log } = deps
  const file = deps.config.backupFile
  try {
    const outcome = await importInto(deps, file)
    if (outcome === 'no file') return
    // Changes right before a crash may not be in the file.
    if (outcome === 'not empty') return unsavedChanges.mark()
    if (outcome.count > 0) unsavedChanges.mark()
    log.info({ file, count: outcome.count }, 'file backup imported')
    if (outcome.skipped.count > 0)
      log.warn({ file, ...outcome.skipped }, 'entries of the file backup skipped')
  } catch (error) {
    if (!(error instanceof BackupUnreadable)) throw error
    const reason = error.message
    log.error({ file, reason }, 'The file backup cannot be read: starting without it. It is kept as it is.')
  }
}

/** Inserts all bookings of the backup. Returns how many. */
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

type ImportOutcome = 'not empty' | 'no file' | { count: number; skipped: Skipped }

function importInto({ db, clock }: BackupImportDeps, file: string): Promise<ImportOutcome> {
  return db.transaction().execute(async (trx): Promise<ImportOutcome> => {
    await backupStore.lock(trx)
    if (await backupStore.hasNotifications(trx)) return 'not empty'
    const content = await openBackup(file, clock.now())
    if (!content) return 'no file'
    await backupStore.beginImport(trx)
    // Checked again, because another instance may have stored a notification before the table was locked.
    if (await backupStore.hasNotifications(trx)) return 'not empty'
    const count = await insertAll(trx, content)
    return { count, skipped: content.skipped }
  })
}
