-- Keeps `event_counts` and `facilitator_event_counts` when events are deleted.
create or replace function count_deleted_events() returns trigger language plpgsql as $$
begin
  perform add_to_event_counts(array_agg(status), array_agg(start_datetime), array_agg(event_type), array_agg(-1)),
          add_to_facilitator_event_counts(array_agg(facilitator_id), array_agg(status), array_agg(start_datetime),
                                          array_agg(event_type), array_agg(-1))
  from deleted having count(*) > 0;
  return null;
end
$$;
