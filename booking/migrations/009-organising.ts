import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // Why an event was cancelled, in the organiser's words.
  await sql`alter table events add column cancellation_reason text`.execute(db)
  // Nobody can book two places at once, but an event that is moved takes its bookings along. Those that then overlap
  // another one are marked, and only those are exempt.
  await sql`alter table bookings add column has_clash boolean not null default false`.execute(db)
  await sql`alter table bookings drop constraint bookings_no_overlap`.execute(db)
  await sql`
    alter table bookings add constraint bookings_no_overlap exclude using gist (user_id with =, during with &&)
      where (status in ('PENDING', 'CONFIRMED') and not has_clash)`.execute(db)
  await sql`create index bookings_with_clash on bookings (user_id) where has_clash`.execute(db)
}
