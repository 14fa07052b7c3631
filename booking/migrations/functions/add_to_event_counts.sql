-- Adds `changes` to the counts of events by day and by month (UTC) in `event_counts`.
-- One transaction at a time changes these counts and those of facilitators, from its first change on: it may change events one
-- after the other, and rows that are locked in their order would be locked in another order elsewhere (0026).
create or replace function add_to_event_counts(statuses text[], starts timestamptz[], types text[], changes integer[])
returns void language sql as $$
select pg_advisory_xact_lock(7204, 0);
insert into event_counts (unit, status, starts_on, event_type, count)
select unit, status, date_trunc(unit, start at time zone 'UTC')::date, type, sum(change)
from unnest(statuses, starts, types, changes) as changed (status, start, type, change),
     unnest(array['day', 'month']) unit
group by 1, 2, 3, 4 having sum(change) <> 0
on conflict (unit, status, starts_on, event_type) do update set count = event_counts.count + excluded.count
$$;
