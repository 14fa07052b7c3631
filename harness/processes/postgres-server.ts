import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { embeddedCommand } from '#shared/db/embedded/binaries.ts'
import { createCluster, superuser } from '#shared/db/embedded/cluster-files.ts'
import { freePort } from './free-port.ts'

/** A PostgreSQL that a test may kill, promote or reach over TCP: what an external one is to the product. */
export type PostgresServer = {
  pgDir: string
  /** `127.0.0.1:port` */
  address: string
  url(database?: string): string
  start(settings?: Record<string, string>): Promise<void>
  kill(): Promise<void>
  ask<Row>(text: string): Promise<Row[]>
}

const START_MAX_MS = 30_000
/** Nothing here has to survive a power cut; a killed process loses nothing without fsync either. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'off',
  shared_buffers: '16MB',
  max_connections: '60',
  io_method: 'sync',
  wal_keep_size: '64MB',
  log_min_messages: 'fatal',
}

/** A new cluster of its own, running. `close` leaves nothing behind. */
export async function startPostgresServer(settings: Record<string, string> = {}) {
  const home = mkdtempSync(join(tmpdir(), 'stillpoint-server-'))
  const pgDir = join(home, 'pg')
  await createCluster(home, pgDir, false)
  const server = await createServerIn(pgDir)
  const close = () => closeAll(home, server)
  await orClose(server.start(settings), close)
  return { ...server, home, close }
}

/** A primary with an empty database `booking`, and a standby that follows it. */
export async function startServerPair() {
  const primary = await startPostgresServer()
  await primary.ask('create database booking')
  await primary.stop()
  const pgDir = join(primary.home, 'standby')
  cpSync(primary.pgDir, pgDir, { recursive: true })
  chmodSync(pgDir, 0o700)
  const standby = await createServerIn(pgDir)
  follow(standby, primary)
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

/** A server that runs on would keep the test from ending. */
async function orClose(starting: Promise<unknown>, close: () => Promise<void>): Promise<void> {
  try {
    await starting
  } catch (error) {
    await close()
    throw error
  }
}

function follow({ pgDir }: PostgresServer, primary: PostgresServer): void {
  const [host, port] = primary.address.split(':')
  writeFileSync(join(pgDir, 'standby.signal'), '')
  const conninfo = `host=${host} port=${port} user=${superuser}`
  appendFileSync(join(pgDir, 'postgresql.auto.conf'), `primary_conninfo = '${conninfo}'\n`)
}

async function createServerIn(pgDir: string): Promise<PostgresServer & { stop(): Promise<void> }> {
  const port = await freePort()
  const address = `127.0.0.1:${port}`
  const url = (database = 'postgres') => `postgresql://${superuser}@${address}/${database}`
  let child: ChildProcess | undefined
  let output = ''

  const ask = async <Row>(text: string): Promise<Row[]> => {
    const client = new pg.Client({ connectionString: url() })
    client.on('error', () => {})
    try {
      await client.connect()
      return (await client.query(text)).rows as Row[]
    } finally {
      await client.end()
    }
  }
  const end = async (signal: NodeJS.Signals) => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    await once(child, 'exit')
  }
  return {
    pgDir,
    address,
    url,
    ask,
    async start(settings = {}) {
      const wanted = Object.entries({ ...SETTINGS, port: String(port), ...settings })
      const options = wanted.flatMap(([name, value]) => ['-c', `${name}=${value}`])
      const { file, args } = embeddedCommand('postgres', ['-D', pgDir, ...options])
      child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] })
      for (const stream of [child.stdout, child.stderr])
        stream?.setEncoding('utf8').on('data', (text: string) => {
          output = (output + text).slice(-4_000)
        })
      const deadline = performance.now() + START_MAX_MS
      for (;;) {
        const error = await ask('select 1').then(
          () => undefined,
          (reason: Error) => reason,
        )
        if (!error) return
        if (child.exitCode !== null || performance.now() > deadline)
          throw new Error(`The server does not start: ${error.message}\n${output}`)
        await sleep(20)
      }
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGINT'),
  }
}

async function closeAll(home: string, ...servers: { stop(): Promise<void> }[]): Promise<void> {
  await Promise.all(servers.map((server) => server.stop()))
  // The processes of a killed server may still be on their way out.
  rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
}
