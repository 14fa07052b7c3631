import { type Kysely, sql } from 'kysely'
import { applyFunction } from '#shared/db/function-files.ts'

/** The table is rewritten: some seconds for each hundred thousand notifications. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // The column below is computed with it, so it is needed before the files are applied.
  await applyFunction(db, import.meta.dirname, 'fold_text')
  await sql`drop index notifications_text`.execute(db)
  await sql`
    alter table notifications add search_text text not null generated always as (fold_text(
      user_name || ' ' || user_email || ' ' || coalesce(user_phone, '') || ' ' ||
      regexp_replace(coalesce(user_phone, ''), '\\D', '', 'g') || ' ' || event_title
    )) stored`.execute(db)
  await sql`create index notifications_search on notifications using gin (search_text gin_trgm_ops)`.execute(
    db,
  )
}
