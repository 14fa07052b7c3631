import { type Kysely, sql } from 'kysely'
import { type Loop, startLoop } from '#shared/jobs/loop.ts'

/** A table is analysed anew when so many rows have changed since the last time, and so large a share of it. */
const CHANGED_MIN = 500
const CHANGED_SHARE = 0.2
const LOOK_EVERY_MS = 2_000

type Log = { error(details: object, message: string): void }

export function startAnalysing<T>(db: Kysely<T>, log: Log): Loop {
  return startLoop({
    name: 'analyse-grown-tables',
    everyMs: LOOK_EVERY_MS,
    log,
    async run() {
      await analyseGrownTables(db)
      return false
    },
  })
}

/**
 * Analyses the tables of this database that have grown or changed much, one after the other. PostgreSQL does that itself, but looks only once a minute
 * by default: until then plans are those for empty tables, and a first busy minute reads whole tables again and again.
 * `analyze` locks nobody out; only one instance at a time does it.
 */
export async function analyseGrownTables<T>(db: Kysely<T>): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select format('%I.%I', schemaname, relname) as name from pg_stat_user_tables
    where n_mod_since_analyze > ${CHANGED_MIN}::real + ${CHANGED_SHARE}::real * n_live_tup
      and pg_has_role((select relowner from pg_class where oid = relid), 'USAGE')
    order by n_mod_since_analyze desc`.execute(db)
  for (const { name } of rows) await sql.raw(`analyze (skip_locked) ${name}`).execute(db)
}
