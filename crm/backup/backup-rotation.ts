import { constants } from 'node:fs'
import { access, copyFile, open, rename } from 'node:fs/promises'
import { join, parse } from 'node:path'
import { readLastUpdated } from './backup-format.ts'

/** Days of which there is a copy beside the file itself. */
const COPIES_MAX = 7

/**
 * Keeps a copy of the file as number 1; those that are there become a day older, and the oldest one goes. A crash in
 * between leaves whole copies only, and loses none but the oldest: a gap in the numbers is filled the next time.
 */
export async function keepCopy(file: string, lastUpdated: string): Promise<void> {
  const newest = named(file, 1)
  // Killed after the copy was made, and before the file was replaced.
  if ((await readLastUpdated(newest)) === lastUpdated) return
  const temporary = `${file}.copy.${process.pid}.tmp`
  await copyFile(file, temporary, constants.COPYFILE_FICLONE)
  await syncToDisk(temporary)
  for (let number = await firstFree(file); number > 1; number--) {
    await rename(named(file, number - 1), named(file, number))
  }
  await rename(temporary, newest)
}

/** `crm_data.json` becomes `crm_data.1.json`. */
export function named(file: string, mark: number | string): string {
  const { dir, name, ext } = parse(file)
  return join(dir, `${name}.${mark}${ext}`)
}

/** The last number, when all are taken. */
async function firstFree(file: string): Promise<number> {
  for (let number = 1; number < COPIES_MAX; number++) {
    const isThere = await access(named(file, number)).then(
      () => true,
      () => false,
    )
    if (!isThere) return number
  }
  return COPIES_MAX
}

/** A file, or a folder with what was renamed in it. */
export async function syncToDisk(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
