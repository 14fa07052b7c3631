-- Recounts all figures when notifications are deleted or truncated.
create or replace function count_removed_notifications() returns trigger language plpgsql as $$
begin
  if tg_op = 'TRUNCATE' then
    perform recount_notifications();
  elsif exists (select from stale) then
    perform recount_notifications();
  end if;
  return null;
end
$$;
