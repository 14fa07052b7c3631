import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // How many of a facilitator's events begin in a month (UTC). Within a month they are few enough to be counted.
  await sql`
    create table facilitator_event_counts (
      facilitator_id integer not null references facilitators,
      status         text not null,
      starts_on      date not null,
      event_type     text not null,
      count          integer not null,
      primary key (facilitator_id, status, starts_on, event_type)
    )`.execute(db)
  // Nobody writes events until all of them are counted. Who leads an event is watched from now on as well.
  await sql`
    create or replace trigger events_moved
    after update of status, start_datetime, event_type, facilitator_id on events for each row
    when ((old.status, old.start_datetime, old.event_type, old.facilitator_id)
          is distinct from (new.status, new.start_datetime, new.event_type, new.facilitator_id))
    execute function count_moved_event()`.execute(db)
  // Rows are locked in one order, so that statements of many events do not wait for each other in a circle.
  await sql`
    create function add_to_facilitator_event_counts(
      facilitators integer[], statuses text[], starts timestamptz[], types text[], changes integer[])
    returns void language sql as $$
      insert into facilitator_event_counts (facilitator_id, status, starts_on, event_type, count)
      select facilitator, status, date_trunc('month', start at time zone 'UTC')::date, type, sum(change)
      from unnest(facilitators, statuses, starts, types, changes) as changed (facilitator, status, start, type, change)
      group by 1, 2, 3, 4 having sum(change) <> 0 order by 1, 2, 3, 4
      on conflict (facilitator_id, status, starts_on, event_type)
      do update set count = facilitator_event_counts.count + excluded.count
    $$`.execute(db)
  await sql`
    create or replace function count_inserted_events() returns trigger language plpgsql as $$ begin
      perform add_to_event_counts(array_agg(status), array_agg(start_datetime), array_agg(event_type), array_agg(1)),
              add_to_facilitator_event_counts(array_agg(facilitator_id), array_agg(status), array_agg(start_datetime),
                                              array_agg(event_type), array_agg(1))
      from inserted having count(*) > 0;
      return null;
    end $$`.execute(db)
  await sql`
    create or replace function count_deleted_events() returns trigger language plpgsql as $$ begin
      perform add_to_event_counts(array_agg(status), array_agg(start_datetime), array_agg(event_type), array_agg(-1)),
              add_to_facilitator_event_counts(array_agg(facilitator_id), array_agg(status), array_agg(start_datetime),
                                              array_agg(event_type), array_agg(-1))
      from deleted having count(*) > 0;
      return null;
    end $$`.execute(db)
  await sql`
    create or replace function count_moved_event() returns trigger language plpgsql as $$ begin
      perform add_to_event_counts(array[old.status, new.status], array[old.start_datetime, new.start_datetime],
                                  array[old.event_type, new.event_type], array[-1, 1]);
      perform add_to_facilitator_event_counts(array[old.facilitator_id, new.facilitator_id], array[old.status, new.status],
                                              array[old.start_datetime, new.start_datetime],
                                              array[old.event_type, new.event_type], array[-1, 1]);
      return null;
    end $$`.execute(db)
  await sql`
    select add_to_facilitator_event_counts(array_agg(facilitator_id), array_agg(status), array_agg(start_datetime),
                                           array_agg(event_type), array_agg(1))
    from events having count(*) > 0`.execute(db)
}
