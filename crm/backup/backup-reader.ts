import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { messageOf } from '#shared/errors/error-facts.ts'
import {
  type Entry,
  type ImportedNotification,
  readContent,
  readEntry,
  type Skipped,
  skip,
  withIds,
} from './backup.rules.ts'
import { BACKUP_START, readLastUpdated } from './backup-format.ts'

export type BackupContent = {
  /** Can be read once; in order of id when the file is ours. */
  batches: AsyncIterable<ImportedNotification[]>
  /** Entries that could not be read, updated while `batches` is read. */
  skipped: Skipped
  /** When a file of ours was written. */
  lastUpdated: string | undefined
}

/** The file cannot be read or is not a backup. Also thrown while `batches` is read, so the import must be rolled back. */
export class BackupUnreadable extends Error {}

const BATCH = 1_000
const CHUNK_BYTES = 128 * 1024

/**
 * Opens a backup; undefined when there is no such file. Files of ours have one entry a line and are streamed; those of the old
 * service are read into memory (half a gigabyte at most). Throws `BackupUnreadable`.
 */
export async function openBackup(file: string, now: Date): Promise<BackupContent | undefined> {
  const lastUpdated = await readLastUpdated(file).catch(unreadable)
  if (lastUpdated === undefined) return undefined
  if (lastUpdated !== 'foreign') {
    const skipped: Skipped = { count: 0 }
    return { lastUpdated, skipped, batches: readOwn(file, now, skipped) }
  }
  const content = await readFile(file, 'utf8').then(JSON.parse).catch(unreadable)
  const { notifications, skipped } = readContent(content, now)
  return { lastUpdated: undefined, skipped, batches: inBatches(notifications) }
}

function unreadable(error: unknown): never {
  throw new BackupUnreadable(messageOf(error))
}

async function* readOwn(file: string, now: Date, skipped: Skipped): AsyncGenerator<ImportedNotification[]> {
  let batch: ImportedNotification[] = []
  // Entries without an ascending id, in a file that was edited: they come last and get new ids.
  const strays: Entry[] = []
  let lastId = 0
  for await (const line of readEntryLines(file)) {
    const entry = readLine(line, now)
    if (typeof entry === 'string') skip(skipped, entry)
    else if (entry.id === undefined || entry.id <= lastId) strays.push(entry)
    else {
      lastId = entry.id
      batch.push({ ...entry, id: lastId })
    }
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  yield batch
  yield* inBatches(withIds(strays, lastId))
}

function readLine(line: string, now: Date): Entry | string {
  try {
    return readEntry(JSON.parse(line.endsWith(',') ? line.slice(0, -1) : line), now)
  } catch {
    return 'A line of the file is not JSON.'
  }
}

async function* readEntryLines(file: string): AsyncGenerator<string> {
  const chunks = createReadStream(file, {
    encoding: 'utf8',
    start: BACKUP_START.length,
    highWaterMark: CHUNK_BYTES,
  })
  let rest = ''
  try {
    for await (const chunk of chunks) {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (line === '],') return
        if (line !== '') yield line
      }
    }
  } catch (error) {
    unreadable(error)
  }
}

async function* inBatches(notifications: ImportedNotification[]): AsyncGenerator<ImportedNotification[]> {
  for (let start = 0; start < notifications.length; start += BATCH) {
    yield notifications.slice(start, start + BATCH)
  }
}
