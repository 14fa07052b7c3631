import { type Kysely, sql } from 'kysely'
import { type Loop, startLoop } from '#shared/jobs/loop.ts'

/** A table is analysed when at least this many rows, and this share of it, have changed since the last time. */
const CHANGED_MIN = 500
const CHANGED_SHARE = 0.2
const CHECK_EVERY_MS = 2_000

type Log = { error(details: object, message: string): void }

export function startAnalysing<T>(db: Kysely<T>, log: Log): Loop {
  return startLoop({
    name: 'analyse-grown-tables',
    everyMs: CHECK_EVERY_MS,
    firstAfterMs: 600,
    log,
    async run() {
      await analyseGrownTables(db)
      return false
    },
  })
}

/**
 * Analyses the tables that have changed much. PostgreSQL's autovacuum does so only once a minute by default; until then plans
 * are those of empty tables and scan whole ones. `analyze` does not block reads or writes, and `skip_locked` leaves a table to
 * the instance that is analysing it.
 */
export async function analyseGrownTables<T>(db: Kysely<T>): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select format('%I.%I', schemaname, relname) as name from pg_stat_user_tables
    where n_mod_since_analyze > ${CHANGED_MIN}::real + ${CHANGED_SHARE}::real * n_live_tup
      and pg_has_role((select relowner from pg_class where oid = relid), 'USAGE')
    order by n_mod_since_analyze desc`.execute(db)
  for (const { name } of rows) await sql.raw(`analyze (skip_locked) ${name}`).execute(db)
}
