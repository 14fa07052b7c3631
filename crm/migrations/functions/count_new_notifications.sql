-- Adds new notifications to the figures of their facilitators, to `totals` and to `notification_counts`.
-- Locks are taken in one order, so that writers cannot deadlock: facilitators by id, `totals` last (decision 0020).
create or replace function count_new_notifications() returns trigger language plpgsql as $$
declare
  new_facilitators integer;
  new_to_facilitators integer[];
  new_events integer;
begin
  if not exists (select from fresh) then return null; end if;

  -- What is as large afterwards as what was added is new.
  with added as (
    select facilitator_id, count(*) as bookings, count(*) filter (where lower(event_type) = 'session') as sessions,
           count(*) filter (where lower(event_type) = 'retreat') as retreats
    from fresh group by facilitator_id
  ), counted as (
    insert into facilitator_statistics as known (facilitator_id, bookings, sessions, retreats)
    select * from added order by facilitator_id
    on conflict (facilitator_id) do update set bookings = known.bookings + excluded.bookings,
      sessions = known.sessions + excluded.sessions, retreats = known.retreats + excluded.retreats
    returning facilitator_id, bookings
  )
  select count(*) into new_facilitators from counted join added using (facilitator_id, bookings);

  with users as (
    insert into facilitator_users (facilitator_id, user_id)
    select distinct facilitator_id, user_id from fresh
    on conflict do nothing returning facilitator_id
  ), counted as (
    insert into facilitator_events as known (facilitator_id, event_id, bookings, last_id)
    select facilitator_id, event_id, count(*), max(id) from fresh group by facilitator_id, event_id
    on conflict (facilitator_id, event_id) do update set bookings = known.bookings + excluded.bookings,
      last_id = greatest(known.last_id, excluded.last_id)
    -- Only a row that this statement inserted has no xmax.
    returning facilitator_id, event_id, xmax = 0 as is_new
  ), events as (
    select facilitator_id, event_id from counted where is_new
  ), gained as (
    select facilitator_id, sum(users) as users, sum(events) as events
    from (
      select facilitator_id, 1 as users, 0 as events from users union all select facilitator_id, 0, 1 from events
    ) each group by facilitator_id
  ), updated as (
    update facilitator_statistics known
    set unique_users = known.unique_users + gained.users, unique_events = known.unique_events + gained.events
    from gained where gained.facilitator_id = known.facilitator_id
  )
  select array_agg(distinct event_id) into new_to_facilitators from events;

  insert into facilitator_days as known (facilitator_id, day, bookings, sessions, retreats, cancellations)
  select facilitator_id, day, sum(bookings), sum(sessions), sum(retreats), sum(cancellations)
  from (
    select facilitator_id, (received_at at time zone 'UTC')::date as day, 1 as bookings,
           (lower(event_type) = 'session')::integer as sessions, (lower(event_type) = 'retreat')::integer as retreats,
           0 as cancellations
    from fresh
    union all
    select facilitator_id, (coalesce(cancelled_at, received_at) at time zone 'UTC')::date, 0, 0, 0, 1
    from fresh where status = 'cancelled'
  ) each group by facilitator_id, day
  on conflict (facilitator_id, day) do update set bookings = known.bookings + excluded.bookings,
    sessions = known.sessions + excluded.sessions, retreats = known.retreats + excluded.retreats,
    cancellations = known.cancellations + excluded.cancellations;

  insert into totals as known (notifications, facilitators)
  select count(*), new_facilitators from fresh
  on conflict (is_only) do update set notifications = known.notifications + excluded.notifications,
    facilitators = known.facilitators + excluded.facilitators;
  if new_to_facilitators is not null then
    -- An event is new to all if it has no more notifications than these. Another writer with the same event waits for the
    -- lock of `totals`, and then sees ours.
    select count(*) into new_events
    from (
      select event_id, count(*) as notifications from fresh where event_id = any(new_to_facilitators) group by event_id
    ) added
    where not exists (
      select from notifications known where known.event_id = added.event_id offset added.notifications
    );
    update totals set events = events + new_events;
  end if;

  insert into notification_counts as known (facilitator_id, event_type, status, crm_status, notifications)
  select coalesce(facilitator_id, 0), lower(event_type), lower(status), crm_status, sum(change)
  from (select *, 1 as change from fresh) each
  group by grouping sets (
    (facilitator_id, lower(event_type), lower(status), crm_status), (lower(event_type), lower(status), crm_status)
  )
  having sum(change) <> 0
  on conflict (facilitator_id, event_type, status, crm_status)
    do update set notifications = known.notifications + excluded.notifications;
  return null;
end
$$;
