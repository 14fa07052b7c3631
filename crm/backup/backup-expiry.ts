import { readdir, rm } from 'node:fs/promises'
import { basename, dirname, join, parse } from 'node:path'
import type { CrmConfig } from '#crm/config.ts'
import type { Db } from '#crm/database/database.ts'
import { codeOf } from '#shared/errors/error-facts.ts'
import { type Loop, startLoop } from '#shared/jobs/loop.ts'
import type { Clock } from '#shared/lib/clock.ts'
import type { Logger } from '#shared/telemetry/logger.ts'
import * as backupStore from './backup.store.ts'
import { readLastUpdated } from './backup-format.ts'

export type BackupExpiryDeps = { config: Pick<CrmConfig, 'backupFile'>; log: Logger; clock: Clock; db: Db }

const EVERY_MS = 3_600_000
/** Older copies and files that were set aside are deleted, because they still contain people who were erased since. */
const DAYS_MAX = 7
const DAY_MS = 86_400_000

/** Starts the hourly job. Rotation alone is not enough, since it only happens when a backup is written. */
export function startRemovingBackups(deps: BackupExpiryDeps): Loop {
  return startLoop({
    name: 'remove-old-backups',
    everyMs: EVERY_MS,
    firstAfterMs: 100,
    log: deps.log,
    async run() {
      await removeExpired(deps)
      return false
    },
  })
}

/** Deletes expired files beside the backup. Does nothing while an instance writes a backup, which renames copies. */
export async function removeExpired({ db, config, clock }: Omit<BackupExpiryDeps, 'log'>): Promise<void> {
  const oldest = new Date(clock.now().getTime() - DAYS_MAX * DAY_MS).toISOString().slice(0, 10)
  await db.transaction().execute(async (trx) => {
    if (!(await backupStore.tryLock(trx))) return
    for (const path of await listBeside(config.backupFile)) {
      const day = await dayOf(path, config.backupFile)
      if (day !== undefined && day < oldest) await rm(path, { force: true })
    }
  })
}

async function listBeside(file: string): Promise<string[]> {
  const folder = dirname(file)
  const names = await readdir(folder).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  })
  return names.filter((name) => name !== basename(file)).map((name) => join(folder, name))
}

/** The day of a copy (`YYYY-MM-DD`); undefined for any other file. */
async function dayOf(path: string, file: string): Promise<string | undefined> {
  const { name: stem, ext } = parse(file)
  const name = basename(path)
  if (name.startsWith(`${stem}${ext}.`)) return ASIDE.exec(name.slice(`${stem}${ext}`.length))?.[1]
  if (!name.startsWith(`${stem}.`) || !name.endsWith(ext)) return undefined
  const mark = name.slice(stem.length, name.length - ext.length)
  if (!/^\.\d+$/.test(mark)) return REPLACED.exec(mark)?.[1]
  const lastUpdated = await readLastUpdated(path)
  return lastUpdated === 'foreign' ? undefined : lastUpdated?.slice(0, 10)
}

const ASIDE = /^\.(?:kept|unreadable)-(\d{4}-\d\d-\d\d)T/
const REPLACED = /^\.replaced-(\d{4}-\d\d-\d\d)T/
