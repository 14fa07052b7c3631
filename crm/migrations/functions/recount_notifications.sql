-- Counts all figures from scratch: after changes that no request makes, and by hand (`select recount_notifications()`).
-- The part that adds notifications is the same as in count_new_notifications.
create or replace function recount_notifications() returns void language plpgsql as $$
declare
  new_facilitators integer;
  new_to_facilitators integer[];
begin
  lock table notifications in share row exclusive mode;
  -- These rows stay: their lock keeps other writers out, and they hold more than counts.
  update facilitator_statistics
  set bookings = 0, sessions = 0, retreats = 0, unique_users = 0, unique_events = 0;
  delete from facilitator_users;
  delete from facilitator_events;
  delete from facilitator_days;
  delete from notification_counts;

  -- What is as large afterwards as what was added is new.
  with added as (
    select facilitator_id, count(*) as bookings, count(*) filter (where lower(event_type) = 'session') as sessions,
           count(*) filter (where lower(event_type) = 'retreat') as retreats
    from notifications group by facilitator_id
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
    select distinct facilitator_id, user_id from notifications
    on conflict do nothing returning facilitator_id
  ), counted as (
    insert into facilitator_events as known (facilitator_id, event_id, bookings, last_id)
    select facilitator_id, event_id, count(*), max(id) from notifications group by facilitator_id, event_id
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
    from notifications
    union all
    select facilitator_id, (coalesce(cancelled_at, received_at) at time zone 'UTC')::date, 0, 0, 0, 1
    from notifications where status = 'cancelled'
  ) each group by facilitator_id, day
  on conflict (facilitator_id, day) do update set bookings = known.bookings + excluded.bookings,
    sessions = known.sessions + excluded.sessions, retreats = known.retreats + excluded.retreats,
    cancellations = known.cancellations + excluded.cancellations;

  delete from totals;
  insert into totals (notifications, facilitators, events)
  select count(*), count(distinct facilitator_id), count(distinct event_id) from notifications;

  insert into notification_counts as known (facilitator_id, event_type, status, crm_status, notifications)
  select coalesce(facilitator_id, 0), lower(event_type), lower(status), crm_status, sum(change)
  from (select *, 1 as change from notifications) each
  group by grouping sets (
    (facilitator_id, lower(event_type), lower(status), crm_status), (lower(event_type), lower(status), crm_status)
  )
  having sum(change) <> 0
  on conflict (facilitator_id, event_type, status, crm_status)
    do update set notifications = known.notifications + excluded.notifications;
end
$$;
