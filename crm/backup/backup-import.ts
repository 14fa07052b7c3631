import type { Db } from '#crm/database.ts'
import type { Deps } from '#crm/deps.ts'
import { type BackupContent, type ImportedNotification, readContent } from './backup.rules.ts'
import * as backupStore from './backup.store.ts'
import { readBackup } from './backup-file.ts'

const BATCH = 1_000

/**
 * Fills an empty CRM from the file backup: after a loss of the database, and when it takes over from the
 * service before it. A file that cannot be read stops nobody; it stays on the disk.
 */
export async function importBackup(deps: Deps): Promise<void> {
  const { db, changes, config, log } = deps
  const file = config.backupFile
  await db.transaction().execute(async (trx) => {
    await backupStore.lock(trx)
    // Whatever changed right before a crash may not have reached the file.
    if (await backupStore.hasNotifications(trx)) return changes.mark()
    const content = await readFromFile(deps)
    if (!content) return
    const { notifications, skipped } = content
    await insertAll(trx, notifications)
    log.info({ file, count: notifications.length }, 'file backup imported')
    if (skipped.count > 0) log.warn({ file, ...skipped }, 'entries of the file backup skipped')
    if (notifications.length > 0) changes.mark()
  })
}

async function readFromFile({ config, clock, log }: Deps): Promise<BackupContent | undefined> {
  const file = config.backupFile
  try {
    const text = await readBackup(file)
    return text === undefined ? undefined : readContent(JSON.parse(text), clock.now())
  } catch (error) {
    const reason = (error as Error).message
    log.error({ file, reason }, 'The file backup cannot be read: starting without it. It is kept as it is.')
    return undefined
  }
}

async function insertAll(trx: Db, notifications: ImportedNotification[]): Promise<void> {
  for (let start = 0; start < notifications.length; start += BATCH) {
    await backupStore.insertMany(trx, notifications.slice(start, start + BATCH))
  }
  await backupStore.advanceIds(trx)
}
