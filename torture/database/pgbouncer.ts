import { join } from 'node:path'
import { inMs, latency, tally } from '#harness/load/figures.ts'
import { createClient, inParallel } from '#harness/load/load.ts'
import { createExternalPostgres, type ExternalPostgres } from '#harness/processes/external-postgres.ts'
import { type Crowd, inWorld, type OnClose, QUIET } from '#harness/world/world.ts'
import { migrate } from '#shared/db/migrate.ts'
import { requireDatabase } from '#shared/db/require-database.ts'
import { auditAll } from '../audit.ts'
import { createHistory } from '../history.ts'
import type { Proof } from '../proof.ts'
import { type Pooler, startPooler } from './pooler.ts'

const PEOPLE = 60
const SEATS = 20
const MIGRATING = 4

export const proof: Proof = {
  name: 'pgbouncer',
  row: 'D2',
  claim:
    'Behind a PgBouncer in transaction mode three instances migrate, book and tell the CRM as they do without one',
  async run({ quick, log, rounds = quick ? 20 : 200 }) {
    let server: ExternalPostgres
    let pooler: Pooler
    const databases = async (dataDir: string, onClose: OnClose) => {
      server = await createExternalPostgres(join(dataDir, 'postgres'))
      onClose(() => server.kill())
      pooler = await startPooler(server, join(dataDir, 'pgbouncer'))
      onClose(() => pooler.stop())
      return { DATABASE_URL: pooler.url('booking'), CRM_DATABASE_URL: pooler.url('crm') }
    }
    const crowd = { people: PEOPLE, events: rounds, capacity: SEATS }
    return inWorld({ crowds: [crowd], apis: 3, databases }, async (world) => {
      const { people, events } = world.crowds[0] as Crowd
      const client = createClient({ connections: 120 })
      const history = createHistory(client)
      let unfair = 0
      for (const [i, eventId] of events.entries()) {
        const attempts = people.map((person, j) => ({ person, api: world.apis[j % world.apis.length] }))
        const statuses: number[] = []
        await inParallel(attempts, PEOPLE, async ({ person, api }) => {
          statuses.push((await history.book(api?.url ?? '', person, eventId)).status)
        })
        const sold = statuses.filter((status) => status === 201).length
        if (sold !== SEATS || statuses.some((status) => status !== 201 && status !== 409)) unfair++
        if ((i + 1) % 50 === 0) log(`event ${i + 1} of ${rounds}: ${tally(statuses)}`)
      }
      client.close()
      const told = history.attempts.map(({ answer }) => answer)
      const migrations = await migrateAtOnce(server, pooler)
      const refusal = await requireDatabase(pooler.url('booking', ''), QUIET).then(
        () => 'accepted',
        ({ message }: Error) => message,
      )
      const [{ locks } = { locks: -1 }] = await server.ask<{ locks: number }>(
        `select count(*)::int as locks from pg_locks join pg_stat_activity using (pid)
         where locktype = 'advisory' and state = 'idle'`,
      )
      const [{ connections } = { connections: 0 }] = await server.ask<{ connections: number }>(
        "select count(*)::int as connections from pg_stat_activity where datname = 'booking'",
      )
      const end = await auditAll(world, history)
      return {
        ok:
          unfair === 0 &&
          migrations.filter((count) => count > 0).length === 1 &&
          /add pgbouncer=true/.test(refusal) &&
          locks === 0 &&
          end.isSound,
        figure: [
          `PgBouncer ${pooler.version} with${pooler.keepsPreparedStatements ? '' : 'out'} prepared statements, 3 API processes on ${connections} connections`,
          `${PEOPLE} attempts for ${SEATS} seats × ${rounds}: ${tally(told.map(({ status }) => status))}, unfair ${unfair}, p99 ${inMs(
            latency(told, 0.99),
          )}`,
          `${MIGRATING} migrations at once: ${tally(migrations.map((count) => `${count} ran`))}, locks left ${locks}`,
          `without pgbouncer=true: ${/add pgbouncer=true/.test(refusal) ? 'refused at start' : refusal}`,
          end.words,
        ].join('; '),
      }
    })
  },
}

/** Several instances that start on an empty database, all through the pooler. How many migrations each ran. */
async function migrateAtOnce(server: ExternalPostgres, pooler: Pooler): Promise<number[]> {
  await server.ask('create database empty')
  const folder = join(import.meta.dirname, '..', '..', 'booking', 'migrations')
  const start = () => migrate(pooler.url('empty'), folder, QUIET)
  const ran = await Promise.all(Array.from({ length: MIGRATING }, start))
  return ran.map(({ length }) => length)
}
