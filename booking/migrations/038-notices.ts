import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // Notices are derived from what is stored; of them only what their reader has seen is kept, for as long as they are told.
  await sql`
    create table seen_notices (
      user_id  integer not null references users,
      kind     text not null,
      -- The booking, the place in line or the message that it is about.
      about_id integer not null,
      -- Of a move: the event's sequence before the last change that was seen. Otherwise 0.
      version  integer not null,
      seen_at  timestamptz not null,
      primary key (user_id, kind, about_id)
    )`.execute(db)
  await sql`create index seen_notices_by_age on seen_notices (seen_at)`.execute(db)
  // What happens to an event itself, apart from the many entries about its waiting list.
  await sql`
    create index audit_log_of_events on audit_log (subject_id, action)
    where subject = 'event' and action in ('event.updated', 'event.cancelled', 'event.message_sent')`.execute(
    db,
  )
}
