import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PATH_BYTES_MAX = 90

/**
 * A short private directory for the socket: socket paths are limited to about 100 bytes, data directories are
 * not. Named after the cluster's inode, so that a server whose files were deleted under it is not in the way.
 */
export function makeSocketDir(pgDir: string): string {
  const { dev, ino } = statSync(pgDir)
  const key = createHash('sha256').update(`${pgDir}\0${dev}\0${ino}`).digest('hex').slice(0, 10)
  const name = `stillpoint-${process.getuid?.() ?? 0}-${key}`
  const path = [tmpdir(), '/tmp'].map((base) => join(base, name)).find(isShort) ?? join('/tmp', name)
  mkdirSync(path, { recursive: true, mode: 0o700 })
  requirePrivate(path)
  return path
}

const isShort = (dir: string): boolean => Buffer.byteLength(join(dir, '.s.PGSQL.5432')) <= PATH_BYTES_MAX

/** Everyone can write to /tmp: whoever owned this directory could pose as the database. */
function requirePrivate(path: string): void {
  const found = lstatSync(path)
  if (!found.isDirectory() || found.uid !== process.getuid?.()) {
    throw new Error(`${path} belongs to someone else. Remove it, or set TMPDIR to a directory of your own.`)
  }
  if (found.mode & 0o077) chmodSync(path, 0o700)
}
