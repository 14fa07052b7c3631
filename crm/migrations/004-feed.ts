import { type Kysely, sql } from 'kysely'

/**
 * What happens to a facilitator's bookings, in order, for those who listen. Triggers write it in the statement
 * that makes it happen.
 *
 * A position is given under the facilitator's row of `facilitator_statistics`, which is held until the commit: so
 * positions become visible in order and without gaps, and whoever has read up to one misses nothing before it.
 * (Of an identity column a smaller value may be committed after a larger one was read.) Positions begin at the
 * milliseconds of the clock, so that those of a database that was lost or replaced lie below.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

/** Notes what happened to `rows`, one entry each. Bookings that are imported are history, not news. */
const tell = (name: string, rows: string) => `
  if current_setting('stillpoint.is_importing', true) = 'on' then return null; end if;
  with told as (
    update facilitator_statistics known set feed_position = known.feed_position + added.entries
    from (select facilitator_id, count(*) as entries from ${rows} each group by facilitator_id) added
    where added.facilitator_id = known.facilitator_id
    returning known.facilitator_id, known.feed_position
  )
  insert into feed (facilitator_id, position, name, booking_id, change_id, happened_at)
  select facilitator_id, feed_position + 1 - row_number() over (partition by facilitator_id order by id desc),
         '${name}', booking_id, change_id, happened_at
  from ${rows} each join told using (facilitator_id);
  return null;`

const STATEMENTS = [
  `alter table facilitator_statistics
   add column feed_position bigint not null default (extract(epoch from clock_timestamp()) * 1000)::bigint`,

  `create table feed (
     facilitator_id integer not null,
     position       bigint not null,
     name           text not null,
     booking_id     integer not null,
     -- The row of crm_status_changes, if it is about one.
     change_id      bigint,
     happened_at    timestamptz not null,
     primary key (facilitator_id, position)
   )`,
  // For removing what is old: next to nothing to keep up, as entries arrive in order of time.
  'create index feed_by_time on feed using brin (happened_at)',

  `create function tell_received() returns trigger language plpgsql as $$
   begin ${tell(
     'booking.received',
     '(select id, facilitator_id, booking_id, null::bigint as change_id, received_at as happened_at from fresh)',
   )}
   end $$`,
  `create function tell_cancelled() returns trigger language plpgsql as $$
   begin ${tell(
     'booking.cancelled',
     `(select fresh.id, fresh.facilitator_id, fresh.booking_id, null::bigint as change_id,
              coalesce(fresh.cancelled_at, now()) as happened_at
       from fresh join stale using (id) where fresh.status = 'cancelled' and stale.status <> 'cancelled')`,
   )}
   end $$`,
  `create function tell_status_changed() returns trigger language plpgsql as $$
   begin ${tell(
     'booking.status_changed',
     `(select fresh.id, facilitator_id, booking_id, fresh.id as change_id, fresh.changed_at as happened_at
       from fresh join notifications using (booking_id))`,
   )}
   end $$`,

  // After the counting of the same statement, which makes and holds the facilitator's row: triggers run by name.
  `create trigger tell_received after insert on notifications
   referencing new table as fresh for each statement execute function tell_received()`,
  `create trigger tell_cancelled after update on notifications
   referencing old table as stale new table as fresh for each statement execute function tell_cancelled()`,
  `create trigger tell_status_changed after insert on crm_status_changes
   referencing new table as fresh for each statement execute function tell_status_changed()`,
]
