import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // Only of people who have switched something off; everybody else gets all mails.
  await sql`
    create table mail_preferences (
      user_id       integer primary key references users,
      reminders     boolean not null default true,
      booking_mails boolean not null default true,
      new_bookings  boolean not null default true,
      cancellations boolean not null default true
    )`.execute(db)
}
