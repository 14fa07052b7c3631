import { randomInt } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { readLastUpdated } from './backup-format.ts'
import { keepCopy, syncToDisk } from './backup-rotation.ts'

/**
 * Puts `text` in the place of the file in one step: whatever happens meanwhile, there is either the old file
 * or the new one, whole and on the disk. When the first one of a day is written, that of the day before is kept as a
 * copy. A file that is there but not from us is moved aside, never lost.
 */
export async function replaceBackup(file: string, text: AsyncIterable<string>, now: Date): Promise<void> {
  const folder = dirname(file)
  // Not by the process: in containers on one disk all of them may have the same number.
  const temporary = `${file}.${randomInt(2 ** 47)}.tmp`
  await mkdir(folder, { recursive: true })
  await removeLeftovers(file)
  try {
    await writeFile(temporary, text, { flush: true, mode: 0o600 })
    const lastUpdated = await readLastUpdated(file)
    if (lastUpdated === 'foreign') await rename(file, await nameAside(file, now))
    else if (lastUpdated && isEarlierDay(lastUpdated, now)) await keepCopy(file, lastUpdated)
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncToDisk(folder)
}

/** Of writers that were killed. Whoever writes now holds the lock, so none of them is at work. */
async function removeLeftovers(file: string): Promise<void> {
  const isLeftover = (name: string) => name.startsWith(`${basename(file)}.`) && /\.\d+\.tmp$/.test(name)
  const leftovers = (await readdir(dirname(file))).filter(isLeftover)
  for (const name of leftovers) await rm(join(dirname(file), name), { force: true })
}

/** Both in UTC. A clock that was set back keeps nothing new. */
function isEarlierDay(lastUpdated: string, now: Date): boolean {
  return lastUpdated.slice(0, 10) < now.toISOString().slice(0, 10)
}

async function nameAside(file: string, now: Date): Promise<string> {
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
