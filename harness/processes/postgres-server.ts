import { type ChildProcess, execFile, spawn } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { type Command, embeddedCommand, ordinaryCommand } from '#shared/db/embedded/binaries.ts'
import { createCluster, superuser } from '#shared/db/embedded/cluster-files.ts'
import { freePort } from './free-port.ts'
import { processesIn, signalAll } from './proc.ts'
import { waitUntil } from './stillpoint-process.ts'

/** A PostgreSQL that a test may kill, promote or reach over TCP: what an external one is to the product. */
export type PostgresServer = {
  pgDir: string
  port: number
  /** `127.0.0.1:port` */
  address: string
  url(database?: string): string
  start(settings?: Record<string, string>): Promise<void>
  /** All of its processes at once, as when the power goes. */
  kill(): Promise<void>
  stop(mode?: 'fast' | 'immediate'): Promise<void>
  /** Resolves when a standby has become a primary. */
  promote(): Promise<void>
  ask<Row>(text: string, database?: string): Promise<Row[]>
}

const READY_MAX_MS = 30_000
const TCP = { listen_addresses: '127.0.0.1', unix_socket_directories: '' }
/** Nothing here has to survive a power cut; a killed process loses nothing without fsync either. */
const EMBEDDED = {
  ...TCP,
  fsync: 'off',
  shared_buffers: '16MB',
  max_connections: '60',
  io_method: 'sync',
  wal_keep_size: '64MB',
  log_min_messages: 'fatal',
}
/** With every commit on disk, as an installation would run it. */
const INSTALLED = { ...TCP, max_connections: '100', shared_buffers: '64MB', wal_keep_size: '256MB' }
const INSTALL = 'This proof needs PostgreSQL from the packages of the system: apt-get install postgresql.'

/** A new cluster of the embedded PostgreSQL, running. `close` leaves nothing behind. */
export async function startPostgresServer(settings: Record<string, string> = {}) {
  const home = mkdtempSync(join(tmpdir(), 'stillpoint-server-'))
  const pgDir = join(home, 'pg')
  await createCluster(home, pgDir, false)
  const server = serverIn(pgDir, await freePort(), embedded, EMBEDDED)
  const close = () => closeAll(home, server)
  await orClose(server.start(settings), close)
  return { ...server, home, close }
}

/** An embedded primary with an empty database `booking`, and a standby that follows it. */
export async function startServerPair() {
  const primary = await startPostgresServer()
  await primary.ask('create database booking')
  await primary.stop()
  const pgDir = join(primary.home, 'standby')
  cpSync(primary.pgDir, pgDir, { recursive: true })
  chmodSync(pgDir, 0o700)
  writeFileSync(join(pgDir, 'standby.signal'), '')
  const conninfo = `host=127.0.0.1 port=${primary.port} user=${superuser}`
  appendFileSync(join(pgDir, 'postgresql.auto.conf'), `primary_conninfo = '${conninfo}'\n`)
  const standby = serverIn(pgDir, await freePort(), embedded, EMBEDDED)
  const close = () => closeAll(primary.home, primary, standby)
  await orClose(Promise.all([primary.start(), standby.start()]), close)
  return {
    primary,
    standby,
    /** Both hosts, the standby first: who connects has to find out. */
    url: `postgresql://${superuser}@${standby.address},${primary.address}/booking`,
    close,
  }
}

/** A new cluster of the newest PostgreSQL of the system's packages, with the databases of both services. */
export async function createInstalledPostgres(pgDir: string): Promise<PostgresServer> {
  mkdirSync(pgDir, { recursive: true, mode: 0o700 })
  const options = ['--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8']
  await run(installed('initdb', [`--pgdata=${pgDir}`, `--username=${superuser}`, ...options]))
  const server = serverIn(pgDir, await freePort(), installed, INSTALLED)
  await server.start()
  for (const name of ['booking', 'crm']) await server.ask(`create database ${name}`)
  return server
}

/** A copy of an installed `primary` that follows it and that it waits for: what it acknowledges is in both. */
export async function addSynchronousStandby(
  primary: PostgresServer,
  { pgDir, port }: { pgDir: string; port: number },
): Promise<PostgresServer> {
  rmSync(pgDir, { recursive: true, force: true })
  const from = ['--host=127.0.0.1', `--port=${primary.port}`, `--username=${superuser}`]
  const options = ['--checkpoint=fast', '--write-recovery-conf', '--no-sync']
  await run(installed('pg_basebackup', [`--pgdata=${pgDir}`, ...from, ...options]))
  // Once promoted it must not wait for a standby that it does not have.
  appendFileSync(join(pgDir, 'postgresql.auto.conf'), "synchronous_standby_names = ''\n")
  const standby = serverIn(pgDir, port, installed, INSTALLED)
  await standby.start()
  await primary.ask("alter system set synchronous_standby_names = '*'")
  await primary.ask('select pg_reload_conf()')
  await waitUntil(async () => {
    const rows = await primary.ask<{ sync_state: string }>('select sync_state from pg_stat_replication')
    return rows.some(({ sync_state }) => sync_state === 'sync')
  }, READY_MAX_MS)
  return standby
}

type Programs = (name: 'postgres', args: string[]) => Command

const embedded: Programs = embeddedCommand

function installed(name: string, args: string[]): Command {
  const newest = globSync('/usr/lib/postgresql/*/bin/postgres').toSorted().at(-1)
  if (!newest) throw new Error(INSTALL)
  return ordinaryCommand(join(dirname(newest), name), args)
}

const run = ({ file, args }: Command) => promisify(execFile)(file, args)

function serverIn(
  pgDir: string,
  port: number,
  programs: Programs,
  usual: Record<string, string>,
): PostgresServer {
  const address = `127.0.0.1:${port}`
  const url = (database = 'postgres') => `postgresql://${superuser}@${address}/${database}`
  let child: ChildProcess | undefined
  let output = ''
  const hasEnded = () => !child || child.exitCode !== null || child.signalCode !== null
  const ask = async <Row>(text: string, database?: string): Promise<Row[]> => {
    const client = new pg.Client({ connectionString: url(database), connectionTimeoutMillis: 2_000 })
    client.on('error', () => {})
    try {
      await client.connect()
      return (await client.query(text)).rows as Row[]
    } finally {
      await client.end().catch(() => {})
    }
  }
  return {
    pgDir,
    port,
    address,
    url,
    ask,
    async start(settings = {}) {
      const wanted = Object.entries({ ...usual, port: String(port), ...settings })
      const options = wanted.flatMap(([name, value]) => ['-c', `${name}=${value}`])
      const { file, args } = programs('postgres', ['-D', pgDir, ...options])
      child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] })
      for (const stream of [child.stdout, child.stderr])
        stream?.setEncoding('utf8').on('data', (text: string) => {
          output = (output + text).slice(-4_000)
        })
      const deadline = performance.now() + READY_MAX_MS
      for (;;) {
        const error = await ask('select 1').then(
          () => undefined,
          (reason: Error) => reason,
        )
        if (!error) return
        if (hasEnded() || performance.now() > deadline)
          throw new Error(`The server does not start: ${error.message}\n${output}`)
        await sleep(20)
      }
    },
    kill: () =>
      waitUntil(() => {
        child?.kill('SIGKILL')
        const left = processesIn(pgDir)
        signalAll(left)
        return hasEnded() && left.length === 0
      }, READY_MAX_MS),
    async stop(mode = 'fast') {
      if (!hasEnded()) child?.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT')
      await waitUntil(() => hasEnded() && processesIn(pgDir).length === 0, READY_MAX_MS)
    },
    async promote() {
      await ask('select pg_promote()')
    },
  }
}

/** A server that runs on would keep the test from ending. */
async function orClose(starting: Promise<unknown>, close: () => Promise<void>): Promise<void> {
  try {
    await starting
  } catch (error) {
    await close()
    throw error
  }
}

async function closeAll(home: string, ...servers: PostgresServer[]): Promise<void> {
  await Promise.all(servers.map((server) => server.stop()))
  rmSync(home, { recursive: true, force: true })
}
