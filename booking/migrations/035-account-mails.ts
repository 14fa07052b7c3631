import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // Links that were mailed: of each purpose an account has one, the newest.
  await sql`
    create table link_tokens (
      user_id         integer not null references users,
      purpose         text not null check (purpose in ('reset-password', 'verify-email')),
      token_hash      text not null,
      -- To whom and when it was mailed: it is worth nothing to an account that has moved on since.
      email_key       text not null,
      session_version integer not null,
      expires_at      timestamptz not null,
      used_at         timestamptz,
      primary key (user_id, purpose)
    )`.execute(db)
  await sql`create unique index link_tokens_by_hash on link_tokens (token_hash)`.execute(db)
  await sql`create index link_tokens_by_age on link_tokens (expires_at)`.execute(db)
  // Addresses whose owners have forgotten a password, as they were typed, until a job has looked for an account.
  await sql`
    create table password_reset_requests (
      id           bigint generated always as identity primary key,
      email_key    text not null,
      requested_at timestamptz not null
    )`.execute(db)
}
