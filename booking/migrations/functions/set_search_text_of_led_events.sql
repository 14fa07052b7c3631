-- Keeps `events.search_text` when a facilitator is renamed. Rows are locked in order of id, as everywhere; assigning the title
-- fires the trigger that writes the text.
create or replace function set_search_text_of_led_events() returns trigger language plpgsql as $$
begin
  with led as (select id from events where facilitator_id = new.id order by id for no key update)
  update events set title = title from led where events.id = led.id;
  return null;
end
$$;
