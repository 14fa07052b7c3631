import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** How a file begins and ends that we wrote, and wrote whole. */
export const BACKUP_START = '{"bookings":[\n'
const BACKUP_END = /"last_updated":"[\d:T-]{19}"\}\n$/
const BACKUP_END_LENGTH = 40

/**
 * Puts `text` in the place of the file in one step: whatever happens meanwhile, there is either the old file
 * or the new one, whole and on the disk. A file that is there but not from us is moved aside, never lost.
 */
export async function replaceBackup(file: string, text: AsyncIterable<string>, now: Date): Promise<void> {
  const folder = dirname(file)
  const temporary = `${file}.${process.pid}.tmp`
  await mkdir(folder, { recursive: true })
  await removeLeftovers(file)
  try {
    await writeFile(temporary, text, { flush: true, mode: 0o600 })
    if (await isForeign(file)) await rename(file, await nameAside(file, now))
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncFolder(folder)
}

/** The file's text; undefined when there is no file. */
export async function readBackup(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}

/** Of writers that were killed. Whoever writes now holds the lock, so none of them is at work. */
async function removeLeftovers(file: string): Promise<void> {
  const isLeftover = (name: string) => name.startsWith(`${basename(file)}.`) && /\.\d+\.tmp$/.test(name)
  const leftovers = (await readdir(dirname(file))).filter(isLeftover)
  for (const name of leftovers) await rm(join(dirname(file), name), { force: true })
}

async function isForeign(file: string): Promise<boolean> {
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (!handle) return false
  try {
    const { size } = await handle.stat()
    const read = async (length: number, position: number) =>
      (await handle.read(Buffer.alloc(length), 0, length, position)).buffer.toString()
    const start = await read(BACKUP_START.length, 0)
    const end = await read(BACKUP_END_LENGTH, Math.max(0, size - BACKUP_END_LENGTH))
    return start !== BACKUP_START || !BACKUP_END.test(end)
  } finally {
    await handle.close()
  }
}

async function nameAside(file: string, now: Date): Promise<string> {
  const reason = (await isJson(file)) ? 'kept' : 'unreadable'
  return `${file}.${reason}-${now.toISOString().replaceAll(':', '-')}`
}

async function isJson(file: string): Promise<boolean> {
  try {
    JSON.parse((await readBackup(file)) ?? '')
    return true
  } catch {
    return false
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
