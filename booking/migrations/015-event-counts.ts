import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // How many events begin on a day (UTC) and in a month, so that nobody counts a million rows to number pages.
  await sql`
    create table event_counts (
      unit       text not null check (unit in ('day', 'month')),
      status     text not null,
      starts_on  date not null,
      event_type text not null,
      count      integer not null,
      primary key (unit, status, starts_on, event_type)
    )`.execute(db)
  // Rows are locked in one order, so that statements of many events do not wait for each other in a circle.
  await sql`
    create function add_to_event_counts(statuses text[], starts timestamptz[], types text[], changes integer[])
    returns void language sql as $$
      insert into event_counts (unit, status, starts_on, event_type, count)
      select unit, status, date_trunc(unit, start at time zone 'UTC')::date, type, sum(change)
      from unnest(statuses, starts, types, changes) as changed (status, start, type, change),
           unnest(array['day', 'month']) unit
      group by 1, 2, 3, 4 having sum(change) <> 0 order by 1, 2, 3, 4
      on conflict (unit, status, starts_on, event_type) do update set count = event_counts.count + excluded.count
    $$`.execute(db)
  await sql`
    create function count_inserted_events() returns trigger language plpgsql as $$ begin
      perform add_to_event_counts(array_agg(status), array_agg(start_datetime), array_agg(event_type), array_agg(1))
      from inserted having count(*) > 0;
      return null;
    end $$`.execute(db)
  await sql`
    create function count_deleted_events() returns trigger language plpgsql as $$ begin
      perform add_to_event_counts(array_agg(status), array_agg(start_datetime), array_agg(event_type), array_agg(-1))
      from deleted having count(*) > 0;
      return null;
    end $$`.execute(db)
  await sql`
    create function count_moved_event() returns trigger language plpgsql as $$ begin
      perform add_to_event_counts(array[old.status, new.status], array[old.start_datetime, new.start_datetime],
                                  array[old.event_type, new.event_type], array[-1, 1]);
      return null;
    end $$`.execute(db)
  await sql`
    create trigger events_inserted after insert on events referencing new table as inserted
    for each statement execute function count_inserted_events()`.execute(db)
  await sql`
    create trigger events_deleted after delete on events referencing old table as deleted
    for each statement execute function count_deleted_events()`.execute(db)
  // Only these columns: giving a seat does not come here.
  await sql`
    create trigger events_moved after update of status, start_datetime, event_type on events for each row
    when ((old.status, old.start_datetime, old.event_type) is distinct from (new.status, new.start_datetime, new.event_type))
    execute function count_moved_event()`.execute(db)
  await sql`
    select add_to_event_counts(array_agg(status), array_agg(start_datetime), array_agg(event_type), array_agg(1))
    from events having count(*) > 0`.execute(db)
  await sql`create index events_by_time on events (start_datetime, id)`.execute(db)
  // With these columns in the index, a facilitator's events are counted without being read.
  await sql`drop index events_by_facilitator`.execute(db)
  await sql`
    create index events_by_facilitator on events (facilitator_id, start_datetime, id) include (status, event_type)
  `.execute(db)
}
