import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // Sessions that go on, for the list of them and for noticing that a refresh token is in two hands. One from before has
  // no row until it is refreshed the next time. Which sessions have ended says `ended_sessions` alone.
  await sql`
    create table sessions (
      id            uuid primary key,
      user_id       integer not null references users on delete cascade,
      started_at    timestamptz not null,
      last_used_at  timestamptz not null,
      -- What program it is on, in a few words.
      device        text not null check (length(device) <= 100),
      -- How many times its refresh token has been replaced by one that was used, which one that is, and since when.
      generation    integer not null default 0,
      token_id      text,
      generation_at timestamptz not null,
      -- Tokens that were replaced a moment ago, and when: [{id, at_ms}].
      replaced      jsonb not null default '[]'
    )`.execute(db)
  await sql`create index sessions_by_user on sessions (user_id, last_used_at)`.execute(db)
  await sql`create index sessions_by_age on sessions (last_used_at)`.execute(db)
}
