import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { inMs, latency, tally } from '#harness/load/figures.ts'
import { createClient, inParallel } from '#harness/load/load.ts'
import { findProgram } from '#harness/processes/find-program.ts'
import { freePort } from '#harness/processes/free-port.ts'
import { createInstalledPostgres, type PostgresServer } from '#harness/processes/postgres-server.ts'
import { createService, root } from '#harness/processes/services.ts'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'
import type { OnClose } from '#harness/world/data-dir.ts'
import { QUIET } from '#harness/world/main-database.ts'
import { inWorld } from '#harness/world/world.ts'
import { ordinaryCommand } from '#shared/db/embedded/binaries.ts'
import { superuser } from '#shared/db/embedded/cluster-files.ts'
import { migrate } from '#shared/db/migrate.ts'
import { requireDatabase } from '#shared/db/require-database.ts'
import { auditAll } from '../audit.ts'
import { createHistory } from '../history.ts'
import type { Proof } from '../proof.ts'

const PEOPLE = 60
const SEATS = 20
const MIGRATING = 4
/** Fewer than the clients have between them, so that their transactions really take turns. */
const SERVER_CONNECTIONS = 6
const READY_MAX_MS = 10_000

export const proof: Proof = {
  name: 'pgbouncer',
  row: 'D2',
  claim:
    'Behind a PgBouncer in transaction mode three instances migrate, book and tell the CRM as they do without one',
  run({ quick, log, rounds = quick ? 20 : 200 }) {
    let server: PostgresServer
    let pooler: Awaited<ReturnType<typeof startPooler>>
    const databases = async (dataDir: string, onClose: OnClose) => {
      server = await createInstalledPostgres(join(dataDir, 'postgres'))
      onClose(() => server.kill())
      pooler = await startPooler(server, join(dataDir, 'pgbouncer'))
      onClose(pooler.kill)
      return { DATABASE_URL: pooler.url('booking'), CRM_DATABASE_URL: pooler.url('crm') }
    }
    const group = { people: PEOPLE, events: rounds, capacity: SEATS }
    return inWorld({ groups: [group], apis: 3, databases }, async (world) => {
      const { people, events } = world.group
      const client = createClient({ connections: 120 })
      const history = createHistory(client)
      let unfair = 0
      for (const [i, eventId] of events.entries()) {
        const statuses: number[] = []
        await inParallel(people.entries(), PEOPLE, async ([j, person]) => {
          const url = world.apis[j % world.apis.length]?.url ?? ''
          statuses.push((await history.book(url, person, eventId)).status)
        })
        const sold = statuses.filter((status) => status === 201).length
        if (sold !== SEATS || statuses.some((status) => status !== 201 && status !== 409)) unfair++
        if ((i + 1) % 50 === 0) log(`event ${i + 1} of ${rounds}: ${tally(statuses)}`)
      }
      client.close()
      const told = history.attempts.map(({ answer }) => answer)
      const migrations = await migrateAtOnce(server, pooler.url('empty'))
      const refusal = await requireDatabase(pooler.url('booking', ''), QUIET).then(
        () => 'accepted',
        ({ message }: Error) => message,
      )
      const isRefused = /add pgbouncer=true/.test(refusal)
      const [{ locks, connections } = { locks: -1, connections: 0 }] = await server.ask<{
        locks: number
        connections: number
      }>(
        `select (select count(*)::int from pg_locks join pg_stat_activity using (pid)
                 where locktype = 'advisory' and state = 'idle') as locks,
                (select count(*)::int from pg_stat_activity where datname = 'booking') as connections`,
      )
      const end = await auditAll(world, history)
      return {
        ok:
          unfair === 0 &&
          locks === 0 &&
          migrations.filter((count) => count > 0).length === 1 &&
          isRefused &&
          end.isSound,
        figure: [
          `PgBouncer ${pooler.version} with${pooler.keepsPreparedStatements ? '' : 'out'} prepared statements, 3 API processes on ${connections} connections`,
          `${PEOPLE} attempts for ${SEATS} seats × ${rounds}: ${tally(told.map(({ status }) => status))}, unfair ${unfair}, p99 ${inMs(latency(told, 0.99))}`,
          `${MIGRATING} migrations at once: ${tally(migrations.map((count) => `${count} ran`))}, locks left ${locks}`,
          `without pgbouncer=true: ${isRefused ? 'refused at start' : refusal}`,
          end.words,
        ],
      }
    })
  },
}

/** Several instances that start on an empty database, all through the pooler. How many migrations each ran. */
async function migrateAtOnce(server: PostgresServer, url: string): Promise<number[]> {
  await server.ask('create database empty')
  const start = () => migrate(url, join(root, 'booking', 'migrations'), QUIET)
  const ran = await Promise.all(Array.from({ length: MIGRATING }, start))
  return ran.map(({ length }) => length)
}

/** A PgBouncer in transaction mode in front of the server, as its own documentation sets one up. */
async function startPooler(server: PostgresServer, dir: string) {
  const program = findProgram('pgbouncer')
  const version =
    /PgBouncer ([\d.]+)/.exec(execFileSync(program, ['--version'], { encoding: 'utf8' }))?.[1] ?? '0'
  const [major = 0, minor = 0] = version.split('.').map(Number)
  // Since 1.21 it can tell which of its connections a statement was prepared in.
  const keepsPreparedStatements = major > 1 || minor >= 21
  mkdirSync(dir, { recursive: true })
  const port = await freePort()
  const settings = join(dir, 'pgbouncer.ini')
  writeFileSync(join(dir, 'users.txt'), `"${superuser}" ""\n`)
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
  const { spawn, kill } = createService({ name: 'PgBouncer', port, command: [file, ...args] })
  const usual = keepsPreparedStatements ? 'pgbouncer=true&prepared_statements=true' : 'pgbouncer=true'
  const url = (database: string, options = usual) =>
    `postgresql://${superuser}@127.0.0.1:${port}/${database}?${options}`
  spawn()
  await waitUntil(() => canConnect(url('booking', '')), READY_MAX_MS)
  return { version, keepsPreparedStatements, url, kill }
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
