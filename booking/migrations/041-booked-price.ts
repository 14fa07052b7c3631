import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // What the event cost when the seat was given; null for bookings before this column.
  await sql`alter table bookings add column booked_price numeric`.execute(db)
}
