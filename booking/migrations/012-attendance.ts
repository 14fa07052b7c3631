import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table bookings
      add column attendance text check (attendance in ('attended', 'no_show')),
      add column checked_in_at timestamptz,
      add constraint bookings_checked_in check ((checked_in_at is not null) = (attendance is not distinct from 'attended'))
  `.execute(db)
}
