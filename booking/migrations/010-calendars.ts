import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // Who may read a user's bookings as a calendar: whoever has the secret, of which only the hash is kept.
  await sql`
    create table calendar_tokens (
      user_id    integer primary key references users,
      token_hash text not null unique,
      created_at timestamptz not null
    )`.execute(db)
  // What makes ids of ours unlike those of any other studio. The one row is added when it is first needed.
  await sql`
    create table installation (
      is_only boolean primary key default true check (is_only),
      id      uuid not null default gen_random_uuid()
    )`.execute(db)
}
