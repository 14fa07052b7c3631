import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // Of the account whose mail bounced, with which it ends: a new account with the address begins anew.
  await sql`alter table suppressed_addresses add column user_id integer references users`.execute(db)
  await sql`
    update suppressed_addresses set user_id = users.id
    from users where users.email_key = suppressed_addresses.email_key`.execute(db)
  // Of accounts that have another address by now, or were deleted.
  await sql`delete from suppressed_addresses where user_id is null`.execute(db)
  await sql`
    alter table suppressed_addresses
      drop constraint suppressed_addresses_pkey,
      alter column user_id set not null,
      add primary key (user_id, email_key)`.execute(db)
}
