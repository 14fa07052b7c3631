import { execFile, spawn } from 'node:child_process'
import { appendFileSync, globSync, mkdirSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { ordinaryCommand } from '#shared/db/embedded/binaries.ts'
import { findPostmaster } from '#shared/db/embedded/postmaster.ts'
import { freePort } from './free-port.ts'
import { waitUntil } from './stillpoint-process.ts'

/** A PostgreSQL of the system's own packages, as an installation would run it: with every commit on disk. */
export type ExternalPostgres = {
  dir: string
  port: number
  host: string
  url(database: string): string
  start(): Promise<void>
  /** All of its processes at once, as when the power goes. */
  kill(): Promise<void>
  stop(mode: 'fast' | 'immediate'): Promise<void>
  promote(): Promise<void>
  ask<Row>(text: string, database?: string): Promise<Row[]>
}

export const SUPERUSER = 'stillpoint'
const INSTALL = 'This proof needs PostgreSQL from the packages of the system: apt-get install postgresql.'
const READY_MAX_MS = 30_000

/** A new cluster with the databases of both services. */
export async function createExternalPostgres(dir: string): Promise<ExternalPostgres> {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  await run('initdb', [
    `--pgdata=${dir}`,
    `--username=${SUPERUSER}`,
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C.UTF-8',
  ])
  appendFileSync(join(dir, 'postgresql.conf'), SETTINGS)
  const server = serverIn(dir, await freePort())
  await server.start()
  for (const name of ['booking', 'crm']) await server.ask(`create database ${name}`)
  return server
}

/** A copy of `primary` that follows it and that it waits for: what it acknowledges is in both. */
export async function addSynchronousStandby(
  primary: ExternalPostgres,
  { dir, port }: { dir: string; port: number },
): Promise<ExternalPostgres> {
  rmSync(dir, { recursive: true, force: true })
  const from = ['--host=127.0.0.1', `--port=${primary.port}`, `--username=${SUPERUSER}`]
  await run('pg_basebackup', [
    `--pgdata=${dir}`,
    ...from,
    '--checkpoint=fast',
    '--write-recovery-conf',
    '--no-sync',
  ])
  // Once promoted it must not wait for a standby that it does not have.
  appendFileSync(join(dir, 'postgresql.auto.conf'), "synchronous_standby_names = ''\n")
  const standby = serverIn(dir, port)
  await standby.start()
  await primary.ask("alter system set synchronous_standby_names = '*'")
  await primary.ask('select pg_reload_conf()')
  await waitUntil(async () => {
    const rows = await primary.ask<{ sync_state: string }>('select sync_state from pg_stat_replication')
    return rows.some(({ sync_state }) => sync_state === 'sync')
  }, READY_MAX_MS)
  return standby
}

const SETTINGS = `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 100
shared_buffers = 64MB
wal_keep_size = 256MB
hot_standby = on
`

function serverIn(dir: string, port: number): ExternalPostgres {
  const url = (database: string) => `postgresql://${SUPERUSER}@127.0.0.1:${port}/${database}`
  const ask = async <Row>(text: string, database = 'postgres'): Promise<Row[]> => {
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
    dir,
    port,
    host: `127.0.0.1:${port}`,
    url,
    ask,
    async start() {
      const { file, args } = ordinaryCommand(join(programs(), 'postgres'), ['-D', dir, '-p', String(port)])
      spawn(file, args, { stdio: 'ignore', detached: true }).unref()
      await waitUntil(
        () =>
          ask('select 1').then(
            () => true,
            () => false,
          ),
        READY_MAX_MS,
      )
    },
    kill: () =>
      waitUntil(() => {
        const left = processesIn(dir)
        for (const pid of left) signal(pid, 'SIGKILL')
        return left.length === 0
      }, READY_MAX_MS),
    async stop(mode) {
      const postmaster = findPostmaster(dir)
      if (postmaster) signal(postmaster.pid, mode === 'fast' ? 'SIGINT' : 'SIGQUIT')
      await waitUntil(() => processesIn(dir).length === 0, READY_MAX_MS)
    },
    promote: () => run('pg_ctl', ['promote', '-w', '-D', dir]),
  }
}

/** The newest of those that are installed. */
function programs(): string {
  const found = globSync('/usr/lib/postgresql/*/bin/postgres').toSorted()
  const newest = found.at(-1)
  if (!newest) throw new Error(INSTALL)
  return dirname(newest)
}

async function run(program: string, options: string[]): Promise<void> {
  const { file, args } = ordinaryCommand(join(programs(), program), options)
  await promisify(execFile)(file, args)
}

/** All of a server's processes stay where its data is. */
function processesIn(dir: string): number[] {
  const isIn = (pid: string) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === dir
    } catch {
      return false
    }
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isIn(name))
    .map(Number)
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended by itself meanwhile.
  }
}
