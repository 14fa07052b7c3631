import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // Searches that many events match, as patterns for `ilike`. Who writes events keeps their counts from then on.
  await sql`
    create table counted_searches (
      pattern    text primary key,
      counted_at timestamptz not null default now()
    )`.execute(db)
  // How many events that match begin on a day and in a month (UTC): `event_counts` for each of these searches.
  await sql`
    create table search_counts (
      pattern    text not null references counted_searches on delete cascade,
      unit       text not null check (unit in ('day', 'month')),
      starts_on  date not null,
      status     text not null,
      event_type text not null,
      count      integer not null,
      primary key (pattern, unit, starts_on, status, event_type)
    )`.execute(db)
  // The lock is what lets a search be counted while events are written: whoever counts one holds a lock that this one waits for.
  await sql`
    create function add_to_search_counts(
      statuses text[], starts timestamptz[], types text[], texts text[], changes integer[])
    returns void language plpgsql as $$ begin
      lock table counted_searches in row exclusive mode;
      insert into search_counts (pattern, unit, starts_on, status, event_type, count)
      select pattern, unit, date_trunc(unit, start at time zone 'UTC')::date, status, type, sum(change)
      from unnest(statuses, starts, types, texts, changes) as changed (status, start, type, text, change)
      join counted_searches on text ilike pattern, unnest(array['day', 'month']) unit
      group by 1, 2, 3, 4, 5 having sum(change) <> 0 order by 1, 2, 3, 4, 5
      on conflict (pattern, unit, starts_on, status, event_type)
      do update set count = search_counts.count + excluded.count;
    end $$`.execute(db)
  await sql`
    create or replace function count_inserted_events() returns trigger language plpgsql as $$ begin
      perform add_to_event_counts(array_agg(status), array_agg(start_datetime), array_agg(event_type), array_agg(1)),
              add_to_facilitator_event_counts(array_agg(facilitator_id), array_agg(status), array_agg(start_datetime),
                                              array_agg(event_type), array_agg(1)),
              add_to_search_counts(array_agg(status), array_agg(start_datetime), array_agg(event_type),
                                   array_agg(title || chr(10) || coalesce(description, '')), array_agg(1))
      from inserted having count(*) > 0;
      return null;
    end $$`.execute(db)
  await sql`
    create or replace function count_deleted_events() returns trigger language plpgsql as $$ begin
      perform add_to_event_counts(array_agg(status), array_agg(start_datetime), array_agg(event_type), array_agg(-1)),
              add_to_facilitator_event_counts(array_agg(facilitator_id), array_agg(status), array_agg(start_datetime),
                                              array_agg(event_type), array_agg(-1)),
              add_to_search_counts(array_agg(status), array_agg(start_datetime), array_agg(event_type),
                                   array_agg(title || chr(10) || coalesce(description, '')), array_agg(-1))
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
      perform add_to_search_counts(array[old.status, new.status], array[old.start_datetime, new.start_datetime],
                                   array[old.event_type, new.event_type],
                                   array[old.title || chr(10) || coalesce(old.description, ''),
                                         new.title || chr(10) || coalesce(new.description, '')], array[-1, 1]);
      return null;
    end $$`.execute(db)
  // Giving a seat still does not come here.
  await sql`
    create or replace trigger events_moved
    after update of status, start_datetime, event_type, facilitator_id, title, description on events for each row
    when ((old.status, old.start_datetime, old.event_type, old.facilitator_id, old.title, old.description)
          is distinct from
          (new.status, new.start_datetime, new.event_type, new.facilitator_id, new.title, new.description))
    execute function count_moved_event()`.execute(db)
}
