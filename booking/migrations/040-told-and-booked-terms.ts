import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // The hours for cancelling that held when the seat was given; null for bookings before this column.
  await sql`alter table bookings add column booked_deadline_hours integer`.execute(db)
  // To restore it when the change is undone before anybody is told of it.
  await sql`alter table event_versions add column terms_changed_at timestamptz`.execute(db)
  // Of which version of its event a mail has told.
  await sql`alter table mails add column event_sequence integer`.execute(db)
  await sql`
    update mails set event_sequence = (details ->> 'sequence')::integer + 1
    where kind = 'event-moved' and status = 'sent'`.execute(db)
}
