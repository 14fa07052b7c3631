import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A program of a Debian package of the same name: where that puts it is not always in the path. */
export function findProgram(name: string): string {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
  if (found) return found
  throw new Error(`${name} is missing: install it (on Debian: apt-get install ${name}) and run this again`)
}
