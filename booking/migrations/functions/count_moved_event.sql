-- Keeps `event_counts` and `facilitator_event_counts` when an event changes its status, start, type or facilitator.
create or replace function count_moved_event() returns trigger language plpgsql as $$
begin
  perform add_to_event_counts(array[old.status, new.status], array[old.start_datetime, new.start_datetime],
                              array[old.event_type, new.event_type], array[-1, 1]);
  perform add_to_facilitator_event_counts(array[old.facilitator_id, new.facilitator_id], array[old.status, new.status],
                                          array[old.start_datetime, new.start_datetime],
                                          array[old.event_type, new.event_type], array[-1, 1]);
  return null;
end
$$;
