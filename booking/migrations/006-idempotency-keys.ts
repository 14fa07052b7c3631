import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // A row is claimed before the booking is tried; the booking's own transaction notes its id. The answer follows,
  // so that a crash in between leaves enough to give the same answer.
  await sql`
    create table idempotency_keys (
      user_id     integer not null references users,
      key         text not null,
      body_hash   text not null,
      booking_id  integer references bookings,
      status      integer,
      answer      text,
      claimed_at  timestamptz not null,
      primary key (user_id, key)
    )`.execute(db)
  await sql`create index idempotency_keys_by_age on idempotency_keys (claimed_at)`.execute(db)
}
