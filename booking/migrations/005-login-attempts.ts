import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // The shape that rate-limiter-flexible expects: failed attempts by key, `expire` in epoch milliseconds.
  await sql`
    create table login_attempts (
      key    varchar(255) primary key,
      points integer not null default 0,
      expire bigint
    )`.execute(db)
}
