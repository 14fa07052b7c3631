import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // Nobody keeps counts of searches any more (0048). The version before this one goes on as if no search had been counted, and cannot
  // count any: the tables are dropped in a release after it.
  await sql`delete from counted_searches`.execute(db)
  await sql`alter table counted_searches add constraint counted_searches_ended check (false)`.execute(db)
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
  // Texts are not counted any more.
  await sql`
    create or replace trigger events_moved
    after update of status, start_datetime, event_type, facilitator_id on events for each row
    when ((old.status, old.start_datetime, old.event_type, old.facilitator_id)
          is distinct from (new.status, new.start_datetime, new.event_type, new.facilitator_id))
    execute function count_moved_event()`.execute(db)
  await sql`drop function if exists add_to_search_counts`.execute(db)
}
