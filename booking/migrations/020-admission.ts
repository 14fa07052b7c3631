import { type Kysely, sql } from 'kysely'

/** The first half of the key of the lock on what somebody has ahead of them; the other one is their id. */
const AHEAD_LOCK = 7_203

export async function up(db: Kysely<unknown>): Promise<void> {
  // Who books or joins a line, as they are once nobody can end their sessions or book in their name any more until this
  // transaction ends. A function, because each of its statements sees what was committed while the one before waited;
  // the statement that calls it sees the database as of its own beginning.
  await sql`
    create function admit_people(
      user_ids integer[], session_ids uuid[], at timestamptz, is_counted boolean
    ) returns table (
      id integer, email text, first_name text, last_name text, phone text,
      is_active boolean, email_proven boolean, session_version integer, ended uuid[], ahead integer
    ) language plpgsql volatile as $$
    begin
      perform from users where users.id = any(user_ids) order by users.id for key share;
      if is_counted then
        perform pg_advisory_xact_lock(${sql.lit(AHEAD_LOCK)}, each.id)
        from (select distinct unnest(user_ids) as id order by 1) each;
      end if;
      return query
        select users.id, users.email, users.first_name, users.last_name, users.phone, users.is_active,
          users.email_proven, users.session_version,
          array(
            select ended_sessions.id from ended_sessions
            where ended_sessions.id = any(session_ids) and ended_sessions.user_id = users.id
          ),
          case when is_counted then (
            (select count(*) from bookings where bookings.user_id = users.id
              and status in ('PENDING', 'CONFIRMED') and not has_clash and during && tstzrange(at, null))
            + (select count(*) from bookings where bookings.user_id = users.id
              and status in ('PENDING', 'CONFIRMED') and has_clash and during && tstzrange(at, null))
            + (select count(*) from waitlist_entries entry where entry.user_id = users.id and entry.status = 'waiting')
          )::integer else 0 end
        from users where users.id = any(user_ids);
    end $$`.execute(db)
  // A calendar is open for as long as the sessions from which it was opened could be. The version before opens some too,
  // so it is the database that notes under which number.
  await sql`alter table calendar_tokens add column session_version integer`.execute(db)
  await sql`
    update calendar_tokens set session_version = users.session_version
    from users where users.id = calendar_tokens.user_id`.execute(db)
  await sql`
    create function note_session_version() returns trigger language plpgsql as $$
    begin
      select users.session_version into new.session_version from users where users.id = new.user_id;
      return new;
    end $$`.execute(db)
  await sql`
    create trigger calendar_tokens_note_session_version before insert or update of token_hash on calendar_tokens
    for each row execute function note_session_version()`.execute(db)
  // Whoever was forgotten is looked at once more, for what was under way meanwhile.
  await sql`alter table crm_erasures add column checked_at timestamptz`.execute(db)
  await sql`update crm_erasures set checked_at = acknowledged_at`.execute(db)
  await sql`create index crm_erasures_unchecked on crm_erasures (next_attempt_at) where checked_at is null`.execute(
    db,
  )
}
