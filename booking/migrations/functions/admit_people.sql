-- Returns the people who book or join a waiting list, and locks them until the transaction ends: meanwhile their accounts
-- cannot be closed and their sessions cannot be ended. With `is_counted`, `ahead` is the number of bookings and waiting-list
-- entries that they have ahead, held by an advisory lock (7203, user id).
-- A function, because each of its statements has its own snapshot and so sees what was committed while the one before waited
-- for a lock. The statement that calls it sees the database as of its own start.
create or replace function admit_people(
  user_ids integer[], session_ids uuid[], at timestamptz, is_counted boolean
) returns table (
  id integer, email text, first_name text, last_name text, phone text,
  is_active boolean, email_proven boolean, session_version integer, ended uuid[], ahead integer
) language plpgsql volatile as $$
begin
  perform from users where users.id = any(user_ids) order by users.id for key share;
  if is_counted then
    perform pg_advisory_xact_lock(7203, each.id)
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
end
$$;
