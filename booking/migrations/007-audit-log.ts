import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // Who did what, and when. No personal data: people are named by id, so that an account can be anonymised.
  await sql`
    create table audit_log (
      id         bigint generated always as identity primary key,
      at         timestamptz not null,
      -- Null: the product itself, say when an event ends.
      actor_id   integer references users,
      action     text not null,
      subject    text not null check (subject in ('event', 'booking', 'facilitator', 'user')),
      subject_id integer not null,
      details    jsonb not null default '{}'
    )`.execute(db)
  await sql`create index audit_log_by_subject on audit_log (subject, subject_id, id desc)`.execute(db)
  await sql`create index audit_log_by_actor on audit_log (actor_id, id desc)`.execute(db)
  await sql`
    create function refuse_change() returns trigger language plpgsql as
    $$ begin raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation'; end $$
  `.execute(db)
  await sql`
    create trigger audit_log_is_append_only before update or delete or truncate on audit_log
    for each statement execute function refuse_change()`.execute(db)
}
