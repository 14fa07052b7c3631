import { type Kysely, sql } from 'kysely'
import { applyFunction } from '#shared/db/function-files.ts'

/** Stored columns are computed below, so these functions are needed before the files are applied. */
const FUNCTIONS = ['fold_text', 'set_event_search_text', 'set_search_text_of_led_events']

export async function up(db: Kysely<unknown>): Promise<void> {
  // Names and titles are sorted as a dictionary does. No index is in their order, so none has to be built again.
  await sql`
    alter table users
      alter first_name type text collate "und-x-icu", alter last_name type text collate "und-x-icu"`.execute(
    db,
  )
  await sql`
    alter table facilitators
      alter first_name type text collate "und-x-icu", alter last_name type text collate "und-x-icu"`.execute(
    db,
  )
  await sql`alter table events alter title type text collate "und-x-icu"`.execute(db)
  for (const name of FUNCTIONS) await applyFunction(db, import.meta.dirname, name)
  await sql`drop index users_text`.execute(db)
  await sql`
    alter table users add search_text text not null generated always as (fold_text(
      first_name || ' ' || last_name || ' ' || email || ' ' || coalesce(phone, '') || ' ' ||
      regexp_replace(coalesce(phone, ''), '\\D', '', 'g')
    )) stored`.execute(db)
  await sql`create index users_search on users using gin (search_text gin_trgm_ops)`.execute(db)

  // Events are found by who leads them too, so triggers keep their column.
  await sql`drop index events_text`.execute(db)
  await sql`alter table events add search_text text not null default ''`.execute(db)
  await sql`
    create trigger events_search_text before insert or update of title, description, location, facilitator_id on events
    for each row execute function set_event_search_text()`.execute(db)
  await sql`
    create trigger facilitators_search_text after update of first_name, last_name on facilitators for each row
    when ((old.first_name, old.last_name) is distinct from (new.first_name, new.last_name))
    execute function set_search_text_of_led_events()`.execute(db)
  await sql`update events set title = title`.execute(db)
  await sql`create index events_search on events using gin (search_text gin_trgm_ops)`.execute(db)
}
