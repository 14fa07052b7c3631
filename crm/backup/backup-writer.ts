import { setTimeout as sleep } from 'node:timers/promises'
import type { Db } from '#crm/database.ts'
import type { Deps } from '#crm/deps.ts'
import { startLoop } from '#shared/jobs/loop.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import * as backupStore from './backup.store.ts'
import { BACKUP_START, replaceBackup } from './backup-file.ts'

const BATCH = 250
const EVERY_MS = 1_000
const RETRY_MS = 10_000
/** Between two backups passes this many times what the last one took, so that a large one stays cheap. */
const REST = 10
/** While another instance writes, at the end: for about five seconds. */
const LAST_ATTEMPTS = 25

/** Writes the backup soon after changes, and once more when stopped with changes still to write. */
export function startBackupWriter(deps: Deps): { stop(): Promise<void> } {
  const { changes, clock, log } = deps
  const nowMs = () => clock.now().getTime()
  let restUntilMs = 0
  /** True when there is nothing left to write. */
  const writeChanges = async () => {
    if (!changes.take()) return true
    const startedMs = nowMs()
    try {
      const isWritten = await writeBackup(deps)
      if (!isWritten) changes.mark()
      restUntilMs = nowMs() + REST * (nowMs() - startedMs)
      return isWritten
    } catch (error) {
      changes.mark()
      restUntilMs = nowMs() + RETRY_MS
      throw error
    }
  }
  const loop = startLoop({
    name: 'write-file-backup',
    everyMs: EVERY_MS,
    log,
    async run() {
      if (nowMs() >= restUntilMs) await writeChanges()
      return false
    },
  })
  const stop = async () => {
    await loop.stop()
    for (let attempt = 0; attempt < LAST_ATTEMPTS && !(await writeChanges()); attempt++) await sleep(200)
  }
  return { stop: () => stop().catch((err) => log.error({ err }, 'last file backup failed')) }
}

/** Writes everything as of one moment. False when another instance is writing. */
export async function writeBackup({ db, config, clock, log }: Deps): Promise<boolean> {
  const now = clock.now()
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (trx) => {
      // Tried, not waited for: a snapshot from before a wait would overwrite a newer file with an older state.
      if (!(await backupStore.tryLock(trx))) return false
      await replaceBackup(config.backupFile, backupText(trx, now), now)
      log.debug({ file: config.backupFile }, 'file backup written')
      return true
    })
}

/** The file piece by piece; only the ids by facilitator and event are held in memory. */
async function* backupText(trx: Db, now: Date): AsyncGenerator<string> {
  const facilitators = new Map<number, number[]>()
  const events = new Map<number, number[]>()
  yield BACKUP_START
  let lastId = 0
  for (;;) {
    const rows = await backupStore.listAfter(trx, lastId, BATCH)
    if (rows.length === 0) break
    for (const { facilitator_id, event_id, booking_id } of rows) {
      add(facilitators, facilitator_id, booking_id)
      add(events, event_id, booking_id)
    }
    const entries = rows.map((row) => JSON.stringify(backupStore.toBackupEntry(row)))
    yield (lastId === 0 ? '' : ',\n') + entries.join(',\n')
    lastId = rows.at(-1)?.id ?? lastId
  }
  yield `\n],\n"facilitators":${toJson(facilitators)},\n"events":${toJson(events)},\n`
  yield `"last_updated":"${toWireTime(now)}"}\n`
}

function add(lists: Map<number, number[]>, key: number, bookingId: number): void {
  const list = lists.get(key)
  if (list) list.push(bookingId)
  else lists.set(key, [bookingId])
}

function toJson(lists: Map<number, number[]>): string {
  return JSON.stringify(Object.fromEntries(lists))
}
