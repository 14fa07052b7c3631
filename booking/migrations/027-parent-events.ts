import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // An event may be part of another, as a session of a retreat.
  await sql`
    alter table events add column parent_event_id integer references events,
      add constraint events_not_own_parent check (parent_event_id <> id)`.execute(db)
  await sql`
    create index events_by_parent on events (parent_event_id, start_datetime) where parent_event_id is not null`.execute(
    db,
  )
  // A copy of the event's, as `during` is, because constraints see one table only. The first constraint lets a booking
  // overlap others of the same family, which are the parent's and its sessions'; the second keeps sessions apart.
  await sql`alter table bookings add column parent_event_id integer`.execute(db)
  await sql`alter table bookings drop constraint bookings_no_overlap`.execute(db)
  await sql`
    alter table bookings
      add constraint bookings_no_overlap
        exclude using gist (user_id with =, during with &&, (coalesce(parent_event_id, event_id)) with <>)
        where (status in ('PENDING', 'CONFIRMED') and not has_clash),
      add constraint bookings_no_overlap_of_sessions exclude using gist (user_id with =, during with &&)
        where (status in ('PENDING', 'CONFIRMED') and not has_clash and parent_event_id is not null)`.execute(
    db,
  )
}
