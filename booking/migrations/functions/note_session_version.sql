-- Copies the session version of the account into its calendar token, so that the calendar ends with the sessions from which
-- it was opened. A trigger, because older versions open calendars too.
create or replace function note_session_version() returns trigger language plpgsql as $$
begin
  select users.session_version into new.session_version from users where users.id = new.user_id;
  return new;
end
$$;
