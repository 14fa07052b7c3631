import { open } from 'node:fs/promises'
import { codeOf } from '#shared/errors/error-facts.ts'

/** First and last line of a file of ours. A file without the last one was not written completely. */
export const BACKUP_START = '{"bookings":[\n'
export const backupEnd = (lastUpdated: string) => `"last_updated":"${lastUpdated}"}\n`

const BACKUP_END = /"last_updated":"([\d:T-]{19})"\}\n$/
const BACKUP_END_LENGTH = 40

/** When a file of ours was written (naive UTC); `foreign` for one of other origin or an incomplete one; undefined when there is none. */
export async function readLastUpdated(file: string): Promise<string | undefined> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  })
  if (!handle) return undefined
  try {
    const { size } = await handle.stat()
    const read = async (length: number, position: number) =>
      (await handle.read(Buffer.alloc(length), 0, length, position)).buffer.toString()
    const start = await read(BACKUP_START.length, 0)
    const end = await read(BACKUP_END_LENGTH, Math.max(0, size - BACKUP_END_LENGTH))
    return (start === BACKUP_START && BACKUP_END.exec(end)?.[1]) || 'foreign'
  } finally {
    await handle.close()
  }
}
