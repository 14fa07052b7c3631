import { constants } from 'node:fs'
import { access, copyFile, open, rename } from 'node:fs/promises'
import { join, parse } from 'node:path'
import { readLastUpdated } from './backup-format.ts'

/** Number of daily copies. */
const COPIES_MAX = 7

/**
 * Copies the file to number 1, after renaming the existing copies to the next number and dropping the oldest. A crash in
 * between leaves complete copies and at most a gap in the numbers, which the next rotation fills.
 */
export async function keepCopy(file: string, lastUpdated: string): Promise<void> {
  const newest = named(file, 1)
  // A previous run was killed after this copy and before the file was replaced.
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

/** The first number without a copy, or the last one. */
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

/** Syncs a file, or a directory after a rename in it. */
export async function syncToDisk(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
