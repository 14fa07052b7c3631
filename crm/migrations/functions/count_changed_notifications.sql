-- Moves notifications from one figure to another when their status, crm_status or cancelled_at changes. A change of anything
-- else that is counted recounts everything.
create or replace function count_changed_notifications() returns trigger language plpgsql as $$
begin
  if exists (
    select id, facilitator_id, user_id, event_id, event_type, received_at from stale
    except all select id, facilitator_id, user_id, event_id, event_type, received_at from fresh
  ) then
    perform recount_notifications();
    return null;
  end if;
  if not exists (
    select id, status, crm_status, cancelled_at from fresh
    except all select id, status, crm_status, cancelled_at from stale
  ) then
    return null;
  end if;

  perform from facilitator_statistics
  where facilitator_id in (select facilitator_id from fresh) order by facilitator_id for no key update;

  insert into facilitator_days as known (facilitator_id, day, cancellations)
  select facilitator_id, day, sum(change)
  from (
    select facilitator_id, (coalesce(cancelled_at, received_at) at time zone 'UTC')::date as day, 1 as change
    from fresh where status = 'cancelled'
    union all
    select facilitator_id, (coalesce(cancelled_at, received_at) at time zone 'UTC')::date, -1
    from stale where status = 'cancelled'
  ) each group by facilitator_id, day having sum(change) <> 0
  on conflict (facilitator_id, day) do update set cancellations = known.cancellations + excluded.cancellations;

  perform from totals for no key update;

  insert into notification_counts as known (facilitator_id, event_type, status, crm_status, notifications)
  select coalesce(facilitator_id, 0), lower(event_type), lower(status), crm_status, sum(change)
  from (select *, 1 as change from fresh union all select *, -1 from stale) each
  group by grouping sets (
    (facilitator_id, lower(event_type), lower(status), crm_status), (lower(event_type), lower(status), crm_status)
  )
  having sum(change) <> 0
  on conflict (facilitator_id, event_type, status, crm_status)
    do update set notifications = known.notifications + excluded.notifications;
  return null;
end
$$;
