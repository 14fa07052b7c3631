import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, rmdirSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { embeddedCommand, explainSpawnFailure } from './binaries.ts'
import { findPostmaster, isPostgresIn, type Postmaster, removeStaleLocks } from './postmaster.ts'
import { makeSocketDir } from './socket-dir.ts'

export type ServerLog = { info(msg: string): void; warn(msg: string): void }
type Settings = Record<string, string>
type Attempt = { failure(): string | undefined }

const POLL_MS = 10
const RETRY_MS = 100
const STOP_STEPS = [
  ['SIGTERM', 500],
  ['SIGINT', 10_000],
  ['SIGQUIT', 10_000],
] as const
const LOG_BYTES_MAX = 10 * 1024 * 1024

/** On the command line, not in postgresql.conf: a new release of this code changes them for existing data too. */
const SMALL_MACHINE: Settings = {
  listen_addresses: '',
  port: '5432',
  unix_socket_permissions: '0700',
  max_connections: '80',
  shared_buffers: '64MB',
  huge_pages: 'off',
  jit: 'off',
  io_method: 'sync',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  max_worker_processes: '4',
  max_parallel_workers_per_gather: '0',
  autovacuum_max_workers: '2',
  // A plan from when a table was small reads all of it, and is only made anew when somebody has looked how it has grown.
  autovacuum_naptime: '5s',
  autovacuum_worker_slots: '2',
  max_pred_locks_per_transaction: '10',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
  // Failed statements and key values carry people's names and addresses; the log file must not.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
}

/** Starts the server unless one is there already; either way it is returned when it takes connections. */
export async function startServer(
  pgDir: string,
  settings: Settings,
  log: ServerLog,
  deadline: number,
): Promise<Postmaster> {
  const reportWait = waitReporter(log)
  let attempt: Attempt | undefined
  while (performance.now() < deadline) {
    const server = findPostmaster(pgDir)
    if (server?.isReady) return server
    const failure = attempt?.failure()
    if (failure && !isPassing(failure)) throw new Error(failure)
    if (failure) attempt = await sleep(RETRY_MS)
    else if (!attempt && !server) attempt = spawnServer(pgDir, settings)
    await sleep(POLL_MS)
    reportWait()
  }
  throw new Error(
    attempt?.failure() ??
      'PostgreSQL is still not ready. It goes on recovering in the background: try again in a while, ' +
        `and see ${logPath(pgDir)}.`,
  )
}

/** Lets clients that are just leaving go in peace, then cuts off the rest; at the last step as in a crash, safe too. */
export async function stopServer(pgDir: string): Promise<void> {
  const server = findPostmaster(pgDir)
  if (!server) return
  for (const [name, waitMs] of STOP_STEPS) {
    if (!isPostgresIn(pgDir, server.pid)) break
    signal(server.pid, name)
    const deadline = performance.now() + waitMs
    while (isPostgresIn(pgDir, server.pid) && performance.now() < deadline) await sleep(POLL_MS)
  }
  // Node needs a moment to collect our child's exit status: where no init process does, it would stay a zombie.
  await sleep(POLL_MS)
  if (isPostgresIn(pgDir, server.pid)) throw new Error(`PostgreSQL (process ${server.pid}) does not stop.`)
  try {
    rmdirSync(server.socketDir)
  } catch {
    // Not empty or already gone: either is harmless.
  }
}

function spawnServer(pgDir: string, settings: Settings): Attempt {
  const socketDir = makeSocketDir(pgDir)
  removeStaleLocks(pgDir, socketDir)
  const wanted = { ...SMALL_MACHINE, unix_socket_directories: socketDir, ...settings }
  const { file, args } = embeddedCommand('postgres', [
    '-D',
    pgDir,
    ...Object.entries(wanted).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ])
  const path = logPath(pgDir)
  const logFrom = logSize(path)
  const output = openSync(path, 'a', 0o600)
  // Detached: Ctrl-C in the terminal must not take the database away before the services have drained.
  const child = spawn(file, args, {
    detached: true,
    stdio: ['ignore', output, output],
  })
  closeSync(output)
  child.unref()
  let ending: string | undefined
  child.once('error', (error) => {
    ending = error.message
  })
  child.once('exit', (code, name) => {
    ending = name ? `it was ended by ${name}` : `it ended with code ${code}`
  })
  return { failure: () => ending && explainEnding(ending, path, logFrom) }
}

function explainEnding(ending: string, path: string, logFrom: number): string {
  const output = existsSync(path) ? readFileSync(path).subarray(logFrom).toString('utf8') : ''
  const reasons = output.split('\n').flatMap((line) => /(?:FATAL|PANIC): {2}(.+)/.exec(line)?.[1] ?? [])
  const reason = reasons.slice(-2).join('; ') || output.trim().split('\n').at(-1) || ending
  return explainSpawnFailure(`${ending}\n${output}`) ?? `PostgreSQL could not start: ${reason}. See ${path}.`
}

/** Another process was faster, or the processes of a killed server are still on their way out. */
function isPassing(failure: string): boolean {
  return /lock file .* already exists|pre-existing shared memory block|lock file .* is empty/.test(failure)
}

function waitReporter(log: ServerLog): () => void {
  const began = performance.now()
  let reportAt = began + 1000
  return () => {
    if (performance.now() < reportAt) return
    reportAt += 5000
    const seconds = Math.round((performance.now() - began) / 1000)
    log.info(`Waiting for PostgreSQL (${seconds} s); it may be recovering from a crash…`)
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

const logPath = (pgDir: string): string => join(pgDir, '..', 'postgres.log')

function logSize(path: string): number {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (size <= LOG_BYTES_MAX) return size
  truncateSync(path)
  return 0
}
