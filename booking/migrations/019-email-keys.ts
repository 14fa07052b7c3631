import { type Kysely, sql } from 'kysely'
import { canonicalEmail } from '#booking/identity/users/email.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  // What accounts are found by: the form that all spellings of an address have in common (`canonicalEmail`).
  await sql`alter table users add column email_key text`.execute(db)
  // Of an ASCII address it is the address in lower case; only others have to be read.
  await sql`update users set email_key = rtrim(lower(email collate "C"), '.')`.execute(db)
  await writeOtherKeys(db)
  // Accounts that turn out to share an address all stay. One keeps it: active before closed, then the oldest. The key of
  // the others begins with a blank, as nothing does that somebody can type.
  await sql`
    update users set email_key = ' ' || users.id || ' ' || users.email_key
    from (select id, row_number() over (partition by email_key order by is_active desc, created_at, id) as place from users) ranked
    where ranked.id = users.id and place > 1`.execute(db)
  await sql`create unique index users_email_key on users (email_key)`.execute(db)
  await fillForTheVersionBefore(db)
}

const BATCH = 1_000

async function writeOtherKeys(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ id: number; email: string }>`
    select id, email from users where email ~ ${NON_ASCII}::text or email ~ '^\\s|\\s$'`.execute(db)
  for (let i = 0; i < rows.length; i += BATCH) {
    const batch = rows.slice(i, i + BATCH)
    const [ids, keys] = [batch.map(({ id }) => id), batch.map(({ email }) => canonicalEmail(email))]
    await sql`
      update users set email_key = key from unnest(${ids}::integer[], ${keys}::text[]) as given (given_id, key)
      where id = given_id`.execute(db)
  }
}

const NON_ASCII = '[^\\x01-\\x7f]'

/** It writes addresses without keys. Those of a non-ASCII domain can then only be logged in to as they are written. */
async function fillForTheVersionBefore(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function fill_email_key() returns trigger language plpgsql as $$ begin
      new.email_key := rtrim(lower(new.email collate "C"), '.');
      return new;
    end $$`.execute(db)
  await sql`
    create trigger users_without_key before insert on users for each row
    when (new.email_key is null) execute function fill_email_key()`.execute(db)
  await sql`
    create trigger users_moved_without_key before update of email on users for each row
    when (new.email is distinct from old.email and new.email_key is not distinct from old.email_key
          and new.email !~ '[^\\x01-\\x7f]')
    execute function fill_email_key()`.execute(db)
}
