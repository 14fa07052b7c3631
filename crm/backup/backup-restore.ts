import { setTimeout as sleep } from 'node:timers/promises'
import type { CrmConfig } from '#crm/config.ts'
import type { Db } from '#crm/database/database.ts'
import type { Clock } from '#shared/lib/clock.ts'
import type { Skipped } from './backup.rules.ts'
import * as backupStore from './backup.store.ts'
import { insertAll } from './backup-import.ts'
import { BackupUnreadable, openBackup } from './backup-reader.ts'
import { named } from './backup-rotation.ts'
import { type BackupWriterDeps, writeBackup } from './backup-writer.ts'

export type BackupRestoreDeps = BackupWriterDeps & {
  config: Pick<CrmConfig, 'backupFile'>
  clock: Clock
  db: Db
}

/** Poll interval while an instance writes the file backup. */
const POLL_MS = 200

const noSuchFile = (file: string) => new BackupUnreadable(`There is no file ${file}.`)
const noBookings = (file: string) =>
  new BackupUnreadable(`There is no booking in ${file}: nothing has been changed.`)

/** The CRM has bookings, and `replace` was not given. */
export class CrmNotEmpty extends Error {}

const notEmpty = (known: number) =>
  new CrmNotEmpty(
    `The CRM knows ${known} bookings already. Add --replace to put the backup in their place: what is not in the file is gone then.`,
  )

/** Figures about a backup. */
export type BackupSummary = {
  bookings: number
  cancelled: number
  facilitators: number
  events: number
  /** Changes of the CRM status. */
  changes: number
  /** When the first and the last notification were received. */
  first: Date | undefined
  last: Date | undefined
  lastUpdated: string | undefined
  skipped: Skipped
}

/** Reads the whole backup, so that its faults are known before anything is changed. Throws `BackupUnreadable`. */
export async function examineBackup({ clock }: BackupRestoreDeps, file: string): Promise<BackupSummary> {
  const content = await openBackup(file, clock.now())
  if (!content) throw noSuchFile(file)
  const [bookings, facilitators, events] = [new Set<number>(), new Set<number>(), new Set<number>()]
  let [cancelled, changes, first, last] = [0, 0, Infinity, -Infinity]
  for await (const batch of content.batches) {
    for (const { booking_id, facilitator_id, event, status, history, received_at } of batch) {
      bookings.add(booking_id)
      facilitators.add(facilitator_id)
      events.add(event.id)
      if (status?.trim().toLowerCase() === 'cancelled') cancelled++
      changes += history.length
      first = Math.min(first, received_at.getTime())
      last = Math.max(last, received_at.getTime())
    }
  }
  if (bookings.size === 0) throw noBookings(file)
  return {
    bookings: bookings.size,
    cancelled,
    facilitators: facilitators.size,
    events: events.size,
    changes,
    first: new Date(first),
    last: new Date(last),
    lastUpdated: content.lastUpdated,
    skipped: content.skipped,
  }
}

/** Writes the current state beside the file backup, before a restore replaces it. Returns the path. */
export async function backUpBeforeRestore(deps: BackupRestoreDeps): Promise<string> {
  const time = deps.clock.now().toISOString().replaceAll(':', '-')
  const file = named(deps.config.backupFile, `replaced-${time}`)
  while (!(await writeBackup(deps, { file }))) await sleep(POLL_MS)
  return file
}

/**
 * Imports a backup into an empty CRM, or with `replace` instead of its content, in one transaction. Returns the number of
 * bookings. Throws `CrmNotEmpty` or `BackupUnreadable`.
 */
export async function restoreBackup(
  { db, clock }: BackupRestoreDeps,
  file: string,
  { replace }: { replace: boolean },
): Promise<number> {
  return db.transaction().execute(async (trx) => {
    await backupStore.beginImport(trx)
    const known = await backupStore.countNotifications(trx)
    if (known > 0 && !replace) throw notEmpty(known)
    const content = await openBackup(file, clock.now())
    if (!content) throw noSuchFile(file)
    if (known > 0) await backupStore.clear(trx)
    const count = await insertAll(trx, content)
    if (count === 0) throw noBookings(file)
    return count
  })
}
