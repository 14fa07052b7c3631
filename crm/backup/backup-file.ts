import { randomInt } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { readLastUpdated } from './backup-format.ts'
import { keepCopy, syncToDisk } from './backup-rotation.ts'

/**
 * Replaces the file atomically by `text`: after a crash there is either the old or the new file, complete and synced. The first
 * backup of a day keeps that of the day before as a copy. A file of another origin is renamed, never overwritten.
 */
export async function replaceBackup(file: string, text: AsyncIterable<string>, now: Date): Promise<void> {
  const folder = dirname(file)
  // Random and not the process id, which may be the same in several containers that share a volume.
  const temporary = `${file}.${randomInt(2 ** 47)}.tmp`
  await mkdir(folder, { recursive: true })
  await removeLeftovers(file)
  try {
    await writeFile(temporary, text, { flush: true, mode: 0o600 })
    const lastUpdated = await readLastUpdated(file)
    if (lastUpdated === 'foreign') await rename(file, await setAsideName(file, now))
    else if (lastUpdated && isEarlierDay(lastUpdated, now)) await keepCopy(file, lastUpdated)
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncToDisk(folder)
}

/** Temporary files of writers that were killed; the caller holds the lock, so no other writer is running. */
async function removeLeftovers(file: string): Promise<void> {
  const isLeftover = (name: string) => name.startsWith(`${basename(file)}.`) && /\.\d+\.tmp$/.test(name)
  const leftovers = (await readdir(dirname(file))).filter(isLeftover)
  for (const name of leftovers) await rm(join(dirname(file), name), { force: true })
}

/** Both in UTC. False when the clock was set back. */
function isEarlierDay(lastUpdated: string, now: Date): boolean {
  return lastUpdated.slice(0, 10) < now.toISOString().slice(0, 10)
}

async function setAsideName(file: string, now: Date): Promise<string> {
  const reason = (await isJson(file)) ? 'kept' : 'unreadable'
  return `${file}.${reason}-${now.toISOString().replaceAll(':', '-')}`
}

async function isJson(file: string): Promise<boolean> {
  try {
    JSON.parse(await readFile(file, 'utf8'))
    return true
  } catch {
    return false
  }
}
