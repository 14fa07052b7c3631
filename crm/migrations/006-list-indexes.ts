import { type Kysely, sql } from 'kysely'

/** Lists of a facilitator with much history: filtered, counted and paged over the index alone, searched by any part of a word. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create extension if not exists pg_trgm`.execute(db)
  await sql`drop index notifications_by_facilitator`.execute(db)
  await sql`
    create index notifications_by_facilitator on notifications (facilitator_id, id desc)
    include (status, event_type, crm_status)`.execute(db)
  await sql`create index notifications_by_facilitator_and_time on notifications (facilitator_id, received_at, id)`.execute(
    db,
  )
  // Ids and times grow together, so a few numbers for each stretch of the table are enough.
  await sql`create index notifications_by_time on notifications using brin (received_at)`.execute(db)
  await sql`
    create index notifications_text on notifications
    using gin ((user_name || chr(10) || user_email || chr(10) || event_title) gin_trgm_ops)`.execute(db)
}
