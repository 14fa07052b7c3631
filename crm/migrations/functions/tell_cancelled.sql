-- Adds `booking.cancelled` to the feed of the facilitator, one entry for each booking that is cancelled.
-- Imported bookings are left out. Positions are given under the lock of the facilitator's row of `facilitator_statistics`, so
-- that they become visible in order and without gaps (decision 0021).
create or replace function tell_cancelled() returns trigger language plpgsql as $$
begin
  if current_setting('stillpoint.is_importing', true) = 'on' then return null; end if;
  with told as (
    update facilitator_statistics known set feed_position = known.feed_position + added.entries
    from (
      select facilitator_id, count(*) as entries
      from (
        select fresh.id, fresh.facilitator_id, fresh.booking_id, null::bigint as change_id,
               coalesce(fresh.cancelled_at, now()) as happened_at
        from fresh join stale using (id) where fresh.status = 'cancelled' and stale.status <> 'cancelled'
      ) each group by facilitator_id
    ) added
    where added.facilitator_id = known.facilitator_id
    returning known.facilitator_id, known.feed_position
  )
  insert into feed (facilitator_id, position, name, booking_id, change_id, happened_at)
  select facilitator_id, feed_position + 1 - row_number() over (partition by facilitator_id order by id desc),
         'booking.cancelled', booking_id, change_id, happened_at
  from (
    select fresh.id, fresh.facilitator_id, fresh.booking_id, null::bigint as change_id,
           coalesce(fresh.cancelled_at, now()) as happened_at
    from fresh join stale using (id) where fresh.status = 'cancelled' and stale.status <> 'cancelled'
  ) each join told using (facilitator_id);
  return null;
end
$$;
