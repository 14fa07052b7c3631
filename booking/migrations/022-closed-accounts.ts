import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // Accounts whose password is published with the source. Production closes them.
  await sql`alter table users add column is_demo boolean not null default false`.execute(db)
  // Every hash has a salt of its own, so only accounts that were made together, by the demo or by `npm run seed`, share one.
  await sql`
    update users set is_demo = true where password_hash in (
      select password_hash from users where email like '%@example.com' and password_hash is not null
      group by password_hash having count(*) > 1
    )`.execute(db)
  // Whoever sets a password, also the version before this one, makes the account a real one.
  await sql`
    create function leave_demo() returns trigger language plpgsql as $$ begin
      new.is_demo := false;
      return new;
    end $$`.execute(db)
  await sql`
    create trigger users_leave_demo before update of password_hash on users for each row
    when (old.is_demo and new.password_hash is distinct from old.password_hash)
    execute function leave_demo()`.execute(db)
  await sql`create index users_demo on users (id) where is_demo`.execute(db)
  await sql`create index users_admins on users (id) where is_admin`.execute(db)
  await sql`create index users_closed on users (id) where not is_active`.execute(db)
  // For the search of admins.
  await sql`
    create index users_text on users using gin ((first_name || ' ' || last_name || ' ' || email) gin_trgm_ops)`.execute(
    db,
  )
  // Why the studio has cancelled it, for the attendee. Not `cancellation_reason`: the version before reads that of events by its bare name.
  await sql`alter table bookings add column removal_reason text`.execute(db)
}
