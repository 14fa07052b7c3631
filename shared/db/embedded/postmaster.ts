import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

export type Postmaster = { pid: number; port: number; socketDir: string; isReady: boolean }

/** The living postmaster of this cluster; a lock file that a crash left behind does not count. */
export function findPostmaster(pgDir: string): Postmaster | undefined {
  const lines = readLock(pgDir)?.split('\n') ?? []
  const pid = Number(lines[0])
  if (!isPostgresIn(pgDir, pid)) return undefined
  const socketDir = lines[4] ?? ''
  const isReady = socketDir !== '' && lines[7]?.trim() === 'ready'
  return { pid, port: Number(lines[3]), socketDir, isReady }
}

/** Cheap enough to ask every second. */
export function isServing(pgDir: string, { pid, port, socketDir }: Postmaster): boolean {
  if (!existsSync(join(socketDir, `.s.PGSQL.${port}`))) return false
  return process.platform === 'linux' ? workingDirectory(pid) === pgDir : isAlive(pid)
}

/**
 * PostgreSQL steps over a lock file whose process is dead, but not over one that is empty or whose number
 * now belongs to an unrelated process.
 */
export function removeStaleLocks(pgDir: string, socketDir: string): void {
  if (anyProcessIn(pgDir)) return
  const lock = readLock(pgDir)
  if (lock !== undefined) removeUnchanged(join(pgDir, 'postmaster.pid'), lock)
  rmSync(join(socketDir, '.s.PGSQL.5432.lock'), { force: true })
}

export function isPostgresIn(pgDir: string, pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 1) return false
  if (process.platform === 'linux') return workingDirectory(pid) === pgDir
  return processList(['-p', String(pid)]).some((command) => isServerCommand(command, pgDir))
}

function anyProcessIn(pgDir: string): boolean {
  if (process.platform === 'linux') {
    return readdirSync('/proc').some((name) => /^\d+$/.test(name) && workingDirectory(Number(name)) === pgDir)
  }
  return processList(['-ax']).some((command) => isServerCommand(command, pgDir))
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function workingDirectory(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return undefined
  }
}

function isServerCommand(command: string, pgDir: string): boolean {
  return command.includes('/postgres ') && command.includes(`-D ${pgDir} `)
}

function processList(selection: string[]): string[] {
  try {
    return execFileSync('ps', [...selection, '-ww', '-o', 'command='], { encoding: 'utf8' }).split('\n')
  } catch {
    return []
  }
}

function readLock(pgDir: string): string | undefined {
  try {
    return readFileSync(join(pgDir, 'postmaster.pid'), 'utf8')
  } catch {
    return undefined
  }
}

/** Another process may be clearing the same leftover and already have started a server: give its lock back. */
function removeUnchanged(path: string, content: string): void {
  const aside = `${path}.stale-${process.pid}`
  try {
    renameSync(path, aside)
    if (readFileSync(aside, 'utf8') === content) rmSync(aside)
    else renameSync(aside, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
