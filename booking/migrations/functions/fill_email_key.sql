-- Fills `users.email_key` for versions that write no key. Their addresses of a non-ASCII domain are found only as they were
-- written.
create or replace function fill_email_key() returns trigger language plpgsql as $$
begin
  new.email_key := rtrim(lower(new.email collate "C"), '.');
  return new;
end
$$;
