import { mkdirSync, realpathSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { requireDirectory } from '#shared/lib/usable-directory.ts'
import { createCluster, isCluster, removeLeftovers, requireUsable } from './embedded/cluster-files.ts'
import { ensureDatabase, socketUrl, whyUnreachable } from './embedded/database.ts'
import { leaveServer, type Place, placeIn } from './embedded/leave.ts'
import { findPostmaster, isServing, type Postmaster } from './embedded/postmaster.ts'
import { isAnyoneLeaving, type Presence, presenceIn } from './embedded/presence.ts'
import { type ServerLog, startServer, stopServer } from './embedded/server.ts'

export type EmbeddedPostgres = {
  url: string
  /** Restarts the server if it has died; next to nothing when it is well. */
  ensureRunning(): Promise<void>
  /** The last one out stops the server. Close your own connections first. */
  stop(): Promise<void>
}

export type EmbeddedPostgresOptions = {
  dataDir: string
  database: string
  settings?: Record<string, string>
  log: ServerLog
}

type Work = EmbeddedPostgresOptions & Place & { presence: Presence }
type Running = { url: string; server: Postmaster }

const RUN_MAX_MS = 60_000

/** Starts (or adopts, or joins) the cluster in `dataDir` and makes sure `database` exists. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  try {
    return await open(options)
  } catch (error) {
    throw isDenied(error) ? new Error(deniedSentence(options.dataDir), { cause: error }) : error
  }
}

async function open(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  requireDirectory(options.dataDir, 'DATA_DIR')
  const dataDir = realpathSync(options.dataDir)
  const place = placeIn(dataDir)
  const presence = presenceIn(place.presenceDir)
  const work = { ...options, ...place, dataDir, presence }
  let running: Promise<Running> | undefined
  let server: Postmaster | undefined
  let stopping: Promise<void> | undefined

  const start = async () => {
    running ??= run(work).finally(() => {
      running = undefined
    })
    const { url, server: found } = await running
    server = found
    return url
  }
  const ensureRunning = async () => {
    if (!stopping && !(server && isServing(place.pgDir, server))) await start()
  }
  const leave = async () => {
    await running?.catch(() => {})
    const isLast = await leaveServer(place, presence)
    if (!isLast) options.log.info('PostgreSQL stays up: another process uses it.')
  }
  const stop = () => {
    stopping ??= leave()
    return stopping
  }
  try {
    return { url: await start(), ensureRunning, stop }
  } catch (error) {
    presence.end()
    throw error
  }
}

async function run(work: Work): Promise<Running> {
  const { dataDir, pgDir, database, settings = {}, log } = work
  const deadline = performance.now() + RUN_MAX_MS
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  work.presence.enter()
  await untilNobodyLeaves(work, deadline)
  removeLeftovers(dataDir)
  if (!isCluster(pgDir)) {
    log.info('Creating the database cluster (first run, about a second)…')
    await createCluster(dataDir, pgDir, settings.fsync !== 'off')
  }
  requireUsable(pgDir)
  for (;;) {
    const server = await startServer(pgDir, settings, log, deadline)
    try {
      await ensureDatabase(server, database)
      return { url: socketUrl(server, database), server }
    } catch (error) {
      const reason = whyUnreachable(error)
      if (!reason || performance.now() > deadline) throw error
      if (reason === 'socket-missing' && findPostmaster(pgDir)?.pid === server.pid) {
        log.warn('The socket of the running PostgreSQL has been deleted; restarting PostgreSQL.')
        await stopServer(pgDir)
      }
      await sleep(20)
    }
  }
}

async function untilNobodyLeaves({ presenceDir }: Place, deadline: number): Promise<void> {
  while (isAnyoneLeaving(presenceDir) && performance.now() < deadline) await sleep(10)
}

function isDenied(error: unknown): boolean {
  return ['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')
}

function deniedSentence(dataDir: string): string {
  return (
    `Stillpoint may not write to ${dataDir}. Start it as the user who owns that directory, ` +
    'or set DATA_DIR to another one.'
  )
}
