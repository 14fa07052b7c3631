-- Adds `changes` to the counts of a facilitator's events by month (UTC) in `facilitator_event_counts`.
-- Under the lock of `add_to_event_counts`, which is always called first.
create or replace function add_to_facilitator_event_counts(
  facilitators integer[], statuses text[], starts timestamptz[], types text[], changes integer[])
returns void language sql as $$
insert into facilitator_event_counts (facilitator_id, status, starts_on, event_type, count)
select facilitator, status, date_trunc('month', start at time zone 'UTC')::date, type, sum(change)
from unnest(facilitators, statuses, starts, types, changes) as changed (facilitator, status, start, type, change)
group by 1, 2, 3, 4 having sum(change) <> 0
on conflict (facilitator_id, status, starts_on, event_type)
do update set count = facilitator_event_counts.count + excluded.count
$$;
