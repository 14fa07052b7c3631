-- Clears `users.is_demo` when a password is set, by any version: the account then has a password that is not published.
create or replace function leave_demo() returns trigger language plpgsql as $$
begin
  new.is_demo := false;
  return new;
end
$$;
