import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table crm_status_changes (
      id         bigint generated always as identity primary key,
      booking_id integer not null references notifications (booking_id),
      old_status text not null,
      new_status text not null,
      notes      text,
      changed_at timestamptz not null default now()
    )`.execute(db)
  await sql`create index crm_status_changes_by_booking on crm_status_changes (booking_id, id)`.execute(db)
}
