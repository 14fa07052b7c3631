-- Keeps `events.search_text`: title, description, place and the name of who leads the event, folded.
create or replace function set_event_search_text() returns trigger language plpgsql as $$
begin
  new.search_text := (
    select fold_text(concat_ws(chr(10), new.title, new.description, new.location, first_name || ' ' || last_name))
    from facilitators where id = new.facilitator_id
  );
  return new;
end
$$;
