import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { type ExternalPostgres, SUPERUSER } from '#harness/processes/external-postgres.ts'
import { findProgram } from '#harness/processes/find-program.ts'
import { freePort } from '#harness/processes/free-port.ts'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'
import { ordinaryCommand } from '#shared/db/embedded/binaries.ts'

export type Pooler = {
  version: string
  /** Since 1.21 it can tell which of its connections a statement was prepared in. */
  keepsPreparedStatements: boolean
  url(database: string, options?: string): string
  stop(): Promise<void>
}

/** Fewer than the clients have between them, so that their transactions really take turns. */
const SERVER_CONNECTIONS = 6
const READY_MAX_MS = 10_000

/** A PgBouncer in transaction mode in front of the server, as its own documentation sets one up. */
export async function startPooler(server: ExternalPostgres, dir: string): Promise<Pooler> {
  const program = findProgram('pgbouncer')
  const version =
    /PgBouncer ([\d.]+)/.exec(execFileSync(program, ['--version'], { encoding: 'utf8' }))?.[1] ?? '0'
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const keepsPreparedStatements = major > 1 || minor >= 21
  mkdirSync(dir, { recursive: true })
  const port = await freePort()
  const settings = join(dir, 'pgbouncer.ini')
  writeFileSync(join(dir, 'users.txt'), `"${SUPERUSER}" ""\n`)
  writeFileSync(
    settings,
    `[databases]
* = host=127.0.0.1 port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${join(dir, 'users.txt')}
pool_mode = transaction
default_pool_size = ${SERVER_CONNECTIONS}
max_client_conn = 200
${keepsPreparedStatements ? 'max_prepared_statements = 200' : ''}
logfile = ${join(dir, 'pgbouncer.log')}
`,
  )
  const { file, args } = ordinaryCommand(program, ['-q', settings])
  const child = spawn(file, args, { stdio: 'ignore' })
  const usual = keepsPreparedStatements ? 'pgbouncer=true&prepared_statements=true' : 'pgbouncer=true'
  const url = (database: string, options = usual) =>
    `postgresql://${SUPERUSER}@127.0.0.1:${port}/${database}?${options}`
  await waitUntil(() => canConnect(url('booking', '')), READY_MAX_MS)
  return {
    version,
    keepsPreparedStatements,
    url,
    async stop() {
      child.kill('SIGKILL')
      await waitUntil(() => child.exitCode !== null || child.signalCode !== null, READY_MAX_MS)
    },
  }
}

async function canConnect(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString })
  client.on('error', () => {})
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}
