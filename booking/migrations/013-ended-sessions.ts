import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // Sessions that were logged out before their tokens expire. A row is of no use once its refresh token has expired.
  await sql`
    create table ended_sessions (
      id       uuid primary key,
      user_id  integer not null references users on delete cascade,
      ended_at timestamptz not null
    )`.execute(db)
  await sql`create index ended_sessions_by_user on ended_sessions (user_id, ended_at)`.execute(db)
  await sql`create index ended_sessions_by_age on ended_sessions (ended_at)`.execute(db)
}
