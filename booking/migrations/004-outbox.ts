import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // A row is a fact about a booking that the CRM has not acknowledged yet; acknowledged rows are deleted.
  await sql`
    create table outbox (
      id              bigint generated always as identity primary key,
      topic           text not null check (topic in ('booking.created', 'booking.cancelled')),
      booking_id      integer not null references bookings,
      attempts        integer not null default 0,
      next_attempt_at timestamptz not null default now(),
      last_error      text,
      created_at      timestamptz not null default now()
    )`.execute(db)
  await sql`create index outbox_due on outbox (next_attempt_at)`.execute(db)
  await sql`create index outbox_by_booking on outbox (booking_id, id)`.execute(db)
}
