import { accessSync, constants, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** Makes the directory if need be. Throws a sentence that names the setting when nothing can be kept there. */
export function requireDirectory(path: string, setting: string): void {
  try {
    make(path)
    accessSync(path, constants.W_OK | constants.X_OK)
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    throw new Error(
      `Nothing can be kept in ${path}: ${REASONS[code] ?? message}. Set ${setting} to a directory that the user who starts Stillpoint may write to.`,
    )
  }
}

const REASONS: Record<string, string> = {
  ENOTDIR: 'a file is in its place or above it',
  EEXIST: 'a file is in its place or above it',
  ENOENT: 'the system does not let it be made',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the disk is read-only',
}

/** Step by step: below /proc, where nothing can be made, Node's own `recursive` tries for ever. */
function make(path: string): void {
  if (isDirectory(path)) return
  if (dirname(path) !== path) make(dirname(path))
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    // The other service may have made it meanwhile.
    if (!isDirectory(path)) throw error
  }
}

const isDirectory = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
