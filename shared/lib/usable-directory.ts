import { accessSync, constants, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { codeOf, messageOf } from '#shared/errors/error-facts.ts'

/** Creates the directory if needed. Throws an error whose message names `setting` when it cannot be created or written to. */
export function requireDirectory(path: string, setting: string): void {
  try {
    make(path)
    accessSync(path, constants.W_OK | constants.X_OK)
  } catch (error) {
    const reason = REASONS[codeOf(error) ?? ''] ?? messageOf(error)
    throw new Error(
      `Nothing can be kept in ${path}: ${reason}. Set ${setting} to a directory that the user who starts Stillpoint may write to.`,
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

/** Level by level, because `mkdirSync` with `recursive` never returns below /proc. */
function make(path: string): void {
  if (isDirectory(path)) return
  if (dirname(path) !== path) make(dirname(path))
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    // The other service may have created it meanwhile.
    if (!isDirectory(path)) throw error
  }
}

const isDirectory = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
