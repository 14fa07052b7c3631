import { setTimeout as sleep } from 'node:timers/promises'
import type { CrmConfig } from '#crm/config.ts'
import * as crmStatusChangeStore from '#crm/crm-status-changes/crm-status-change.store.ts'
import type { Db } from '#crm/database/database.ts'
import type { NotificationRow } from '#crm/database/notification.table.ts'
import type { UnsavedChanges } from '#crm/intake/unsaved-changes.ts'
import { startLoop } from '#shared/jobs/loop.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import type { Logger } from '#shared/telemetry/logger.ts'
import * as backupStore from './backup.store.ts'
import { replaceBackup } from './backup-file.ts'
import { BACKUP_START, backupEnd } from './backup-format.ts'

export type BackupOutcome = 'written' | 'failed'
export type BackupMetrics = {
  /** An attempt to write the file backup. */
  backup(outcome: BackupOutcome): void
}
export type BackupWriterDeps = {
  config: Pick<CrmConfig, 'backupFile'>
  log: Logger
  clock: Clock
  db: Db
  unsavedChanges: UnsavedChanges
  metrics: BackupMetrics
}

const BATCH = 250
const EVERY_MS = 1_000
const RETRY_MS = 10_000
/** The pause between two backups, as a multiple of the duration of the last one, which bounds the load to 3 %. */
const PAUSE_FACTOR = 30
/** Time limit of the last backup at a stop. Otherwise the next start writes it. */
const LAST_WRITE_MAX_MS = 6_000
const POLL_MS = 200
const IDS_AT_ONCE = 10_000

/** Writes the backup soon after changes, and once more at the stop when there are unsaved ones. */
export function startBackupWriter(
  deps: BackupWriterDeps,
  { lastWriteMaxMs = LAST_WRITE_MAX_MS } = {},
): { stop(): Promise<void> } {
  const { unsavedChanges, clock, log, metrics } = deps
  const nowMs = () => clock.now().getTime()
  const overdue = new AbortController()
  let pausedUntilMs = 0
  /** Returns whether everything is saved. */
  const writeChanges = async () => {
    if (!unsavedChanges.take()) return true
    const startedMs = nowMs()
    try {
      const isWritten = await writeBackup(deps, { signal: overdue.signal })
      if (isWritten) metrics.backup('written')
      else unsavedChanges.mark()
      pausedUntilMs = nowMs() + PAUSE_FACTOR * (nowMs() - startedMs)
      return isWritten
    } catch (error) {
      unsavedChanges.mark()
      pausedUntilMs = nowMs() + RETRY_MS
      if (overdue.signal.aborted) return false
      metrics.backup('failed')
      throw error
    }
  }
  const loop = startLoop({
    name: 'write-file-backup',
    everyMs: EVERY_MS,
    log,
    async run() {
      if (nowMs() >= pausedUntilMs) await writeChanges()
      return false
    },
  })
  const stop = async () => {
    const timer = setTimeout(() => overdue.abort(), lastWriteMaxMs)
    await loop.stop()
    while (!overdue.signal.aborted && !(await writeChanges())) await sleep(POLL_MS)
    clearTimeout(timer)
    if (overdue.signal.aborted) log.warn('No time to write the file backup: the next start does it.')
  }
  return { stop: () => stop().catch((err) => log.error({ err }, 'last file backup failed')) }
}

/** Writes a consistent snapshot to the file. False when another instance is writing. */
export async function writeBackup(
  { db, config, clock, log }: BackupWriterDeps,
  { file = config.backupFile, signal }: { file?: string; signal?: AbortSignal } = {},
): Promise<boolean> {
  const now = clock.now()
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (trx) => {
      // Without waiting for the lock: the snapshot is from before the wait, and would overwrite a newer file.
      if (!(await backupStore.tryLock(trx))) return false
      await replaceBackup(file, backupText(trx, now, signal), now)
      log.debug({ file }, 'file backup written')
      return true
    })
}

/** The content of the file in chunks; only the ids by facilitator and event are held in memory. */
async function* backupText(trx: Db, now: Date, signal?: AbortSignal): AsyncGenerator<string> {
  const facilitators = new Map<number, number[]>()
  const events = new Map<number, number[]>()
  yield BACKUP_START
  let lastId = 0
  for (;;) {
    signal?.throwIfAborted()
    const rows = await backupStore.listAfter(trx, lastId, BATCH)
    if (rows.length === 0) break
    for (const { facilitator_id, event_id, booking_id } of rows) {
      add(facilitators, facilitator_id, booking_id)
      add(events, event_id, booking_id)
    }
    const entries = (await withHistory(trx, rows)).map((entry) => JSON.stringify(entry))
    yield (lastId === 0 ? '' : ',\n') + entries.join(',\n')
    lastId = rows.at(-1)?.id ?? lastId
  }
  yield '\n],\n"facilitators":{'
  yield* toJson(facilitators)
  yield '},\n"events":{'
  yield* toJson(events)
  yield `},\n${backupEnd(toWireTime(now))}`
}

async function withHistory(trx: Db, rows: NotificationRow[]) {
  const changes = await crmStatusChangeStore.listAbout(
    trx,
    rows.map(({ booking_id }) => booking_id),
  )
  const history = Map.groupBy(changes, ({ booking_id }) => booking_id)
  return rows.map((row) => backupStore.toBackupEntry(row, history.get(row.booking_id) ?? []))
}

function add(lists: Map<number, number[]>, key: number, bookingId: number): void {
  const list = lists.get(key)
  if (list) list.push(bookingId)
  else lists.set(key, [bookingId])
}

/** In chunks, so that a long list does not block the event loop. */
function* toJson(lists: Map<number, number[]>): Generator<string> {
  let separator = ''
  for (const [key, ids] of lists) {
    yield `${separator}"${key}":[${ids.slice(0, IDS_AT_ONCE)}`
    for (let start = IDS_AT_ONCE; start < ids.length; start += IDS_AT_ONCE) {
      yield `,${ids.slice(start, start + IDS_AT_ONCE)}`
    }
    yield ']'
    separator = ','
  }
}
