import { type Kysely, sql } from 'kysely'

/**
 * Figures that are kept as notifications come, so that reading them costs the same however many there are.
 * Triggers keep them: every way in (requests, the file backup, an older instance beside a newer one, a repair
 * by hand) counts alike, in the statement that writes. See decision 0020.
 *
 * Locks are taken in one order, so that nobody waits in a circle: notifications by booking, facilitators by id,
 * and last the one row of `totals`. What belongs to one facilitator is only written under that facilitator's
 * row, what belongs to all under `totals`.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const run = (statement: string) => sql.raw(statement).execute(db)
  // Whatever an older instance is writing is counted below, and what it writes later by the triggers.
  await run('lock table notifications in share row exclusive mode')
  await run('alter table notifications add column cancelled_at timestamptz')
  await run(`update notifications set cancelled_at = received_at where status = 'cancelled'`)
  for (const statement of [...TABLES, ...FUNCTIONS, ...TRIGGERS]) await run(statement)
  await run('select recount_notifications()')
}

const TABLES = [
  `create table facilitator_statistics (
     facilitator_id integer primary key,
     bookings       integer not null default 0 check (bookings >= 0),
     sessions       integer not null default 0 check (sessions >= 0),
     retreats       integer not null default 0 check (retreats >= 0),
     unique_users   integer not null default 0 check (unique_users >= 0),
     unique_events  integer not null default 0 check (unique_events >= 0)
   ) with (fillfactor = 50)`,
  `create table facilitator_users (
     facilitator_id integer not null,
     user_id        integer not null,
     primary key (facilitator_id, user_id)
   )`,
  `create table facilitator_events (
     facilitator_id integer not null,
     event_id       integer not null,
     bookings       integer not null check (bookings > 0),
     -- The notification by which the event was last heard of: it has the title and the type to show.
     last_id        integer not null,
     primary key (facilitator_id, event_id)
   )`,
  'create index facilitator_events_popular on facilitator_events (facilitator_id, bookings desc, event_id)',
  // Days are those of UTC, like all times.
  `create table facilitator_days (
     facilitator_id integer not null,
     day            date not null,
     bookings       integer not null default 0 check (bookings >= 0),
     sessions       integer not null default 0 check (sessions >= 0),
     retreats       integer not null default 0 check (retreats >= 0),
     cancellations  integer not null default 0,
     primary key (facilitator_id, day)
   )`,
  // How many notifications there are of each kind that a list can be filtered by. Facilitator 0 is all of them.
  `create table notification_counts (
     facilitator_id integer not null,
     event_type     text not null,
     status         text not null,
     crm_status     text not null,
     notifications  integer not null,
     primary key (facilitator_id, event_type, status, crm_status)
   )`,
  `create table totals (
     is_only       boolean primary key default true check (is_only),
     notifications integer not null default 0 check (notifications >= 0),
     facilitators  integer not null default 0 check (facilitators >= 0),
     events        integer not null default 0 check (events >= 0)
   ) with (fillfactor = 10)`,
]

const DAY_RECEIVED = `(received_at at time zone 'UTC')::date`
const DAY_CANCELLED = `(coalesce(cancelled_at, received_at) at time zone 'UTC')::date`

/** Adds the notifications in `rows` to their facilitators. What is as large afterwards as what was added is new. */
const addToFacilitators = (rows: string) => `
  with added as (
    select facilitator_id, count(*) as bookings, count(*) filter (where lower(event_type) = 'session') as sessions,
           count(*) filter (where lower(event_type) = 'retreat') as retreats
    from ${rows} group by facilitator_id
  ), counted as (
    insert into facilitator_statistics as known (facilitator_id, bookings, sessions, retreats)
    select * from added order by facilitator_id
    on conflict (facilitator_id) do update set bookings = known.bookings + excluded.bookings,
      sessions = known.sessions + excluded.sessions, retreats = known.retreats + excluded.retreats
    returning facilitator_id, bookings
  )
  select count(*) into new_facilitators from counted join added using (facilitator_id, bookings);

  with users as (
    insert into facilitator_users (facilitator_id, user_id)
    select distinct facilitator_id, user_id from ${rows}
    on conflict do nothing returning facilitator_id
  ), counted as (
    insert into facilitator_events as known (facilitator_id, event_id, bookings, last_id)
    select facilitator_id, event_id, count(*), max(id) from ${rows} group by facilitator_id, event_id
    on conflict (facilitator_id, event_id) do update set bookings = known.bookings + excluded.bookings,
      last_id = greatest(known.last_id, excluded.last_id)
    -- Only a row that this statement inserted has no xmax.
    returning facilitator_id, event_id, xmax = 0 as is_new
  ), events as (
    select facilitator_id, event_id from counted where is_new
  ), gained as (
    select facilitator_id, sum(users) as users, sum(events) as events
    from (
      select facilitator_id, 1 as users, 0 as events from users union all select facilitator_id, 0, 1 from events
    ) each group by facilitator_id
  ), updated as (
    update facilitator_statistics known
    set unique_users = known.unique_users + gained.users, unique_events = known.unique_events + gained.events
    from gained where gained.facilitator_id = known.facilitator_id
  )
  select array_agg(distinct event_id) into new_to_facilitators from events;

  insert into facilitator_days as known (facilitator_id, day, bookings, sessions, retreats, cancellations)
  select facilitator_id, day, sum(bookings), sum(sessions), sum(retreats), sum(cancellations)
  from (
    select facilitator_id, ${DAY_RECEIVED} as day, 1 as bookings, (lower(event_type) = 'session')::integer as sessions,
           (lower(event_type) = 'retreat')::integer as retreats, 0 as cancellations from ${rows}
    union all
    select facilitator_id, ${DAY_CANCELLED}, 0, 0, 0, 1 from ${rows} where status = 'cancelled'
  ) each group by facilitator_id, day
  on conflict (facilitator_id, day) do update set bookings = known.bookings + excluded.bookings,
    sessions = known.sessions + excluded.sessions, retreats = known.retreats + excluded.retreats,
    cancellations = known.cancellations + excluded.cancellations;`

const addToKinds = (rows: string) => `
  insert into notification_counts as known (facilitator_id, event_type, status, crm_status, notifications)
  select coalesce(facilitator_id, 0), lower(event_type), lower(status), crm_status, sum(change)
  from ${rows} each
  group by grouping sets (
    (facilitator_id, lower(event_type), lower(status), crm_status), (lower(event_type), lower(status), crm_status)
  )
  having sum(change) <> 0
  on conflict (facilitator_id, event_type, status, crm_status)
    do update set notifications = known.notifications + excluded.notifications;`

const FUNCTIONS = [
  // From scratch: for what was there before, and for changes that no request makes.
  `create function recount_notifications() returns void language plpgsql as $$
   declare
     new_facilitators integer;
     new_to_facilitators integer[];
   begin
     lock table notifications in share row exclusive mode;
     -- The rows stay: whoever holds one keeps the others out, and it has more than counts.
     update facilitator_statistics
     set bookings = 0, sessions = 0, retreats = 0, unique_users = 0, unique_events = 0;
     delete from facilitator_users;
     delete from facilitator_events;
     delete from facilitator_days;
     delete from notification_counts;
     ${addToFacilitators('notifications')}
     delete from totals;
     insert into totals (notifications, facilitators, events)
     select count(*), count(distinct facilitator_id), count(distinct event_id) from notifications;
     ${addToKinds('(select *, 1 as change from notifications)')}
   end $$`,

  `create function count_new_notifications() returns trigger language plpgsql as $$
   declare
     new_facilitators integer;
     new_to_facilitators integer[];
     new_events integer;
   begin
     if not exists (select from fresh) then return null; end if;
     ${addToFacilitators('fresh')}

     insert into totals as known (notifications, facilitators)
     select count(*), new_facilitators from fresh
     on conflict (is_only) do update set notifications = known.notifications + excluded.notifications,
       facilitators = known.facilitators + excluded.facilitators;
     if new_to_facilitators is not null then
       -- New to all, if there are no more notifications about it than these. Whoever tells of the same event at the
       -- same time waits at the lock, and sees ours when its turn comes.
       select count(*) into new_events
       from (
         select event_id, count(*) as notifications from fresh where event_id = any(new_to_facilitators) group by event_id
       ) added
       where not exists (
         select from notifications known where known.event_id = added.event_id offset added.notifications
       );
       update totals set events = events + new_events;
     end if;
     ${addToKinds('(select *, 1 as change from fresh)')}
     return null;
   end $$`,

  // Bookings are cancelled, and looked after: only these two move a notification from one figure to another.
  `create function count_changed_notifications() returns trigger language plpgsql as $$
   begin
     if exists (
       select id, facilitator_id, user_id, event_id, event_type, received_at from stale
       except all select id, facilitator_id, user_id, event_id, event_type, received_at from fresh
     ) then
       perform recount_notifications();
       return null;
     end if;
     if not exists (
       select id, status, crm_status, cancelled_at from fresh
       except all select id, status, crm_status, cancelled_at from stale
     ) then
       return null;
     end if;

     perform from facilitator_statistics
     where facilitator_id in (select facilitator_id from fresh) order by facilitator_id for no key update;

     insert into facilitator_days as known (facilitator_id, day, cancellations)
     select facilitator_id, day, sum(change)
     from (
       select facilitator_id, ${DAY_CANCELLED} as day, 1 as change from fresh where status = 'cancelled'
       union all select facilitator_id, ${DAY_CANCELLED}, -1 from stale where status = 'cancelled'
     ) each group by facilitator_id, day having sum(change) <> 0
     on conflict (facilitator_id, day) do update set cancellations = known.cancellations + excluded.cancellations;

     perform from totals for no key update;

     ${addToKinds('(select *, 1 as change from fresh union all select *, -1 from stale)')}
     return null;
   end $$`,

  `create function count_removed_notifications() returns trigger language plpgsql as $$
   begin
     if tg_op = 'TRUNCATE' then
       perform recount_notifications();
     elsif exists (select from stale) then
       perform recount_notifications();
     end if;
     return null;
   end $$`,
]

const TRIGGERS = [
  // Named so that they run before others of the same statement.
  `create trigger count_new after insert on notifications
   referencing new table as fresh for each statement execute function count_new_notifications()`,
  `create trigger count_changed after update on notifications
   referencing old table as stale new table as fresh for each statement execute function count_changed_notifications()`,
  `create trigger count_removed after delete on notifications
   referencing old table as stale for each statement execute function count_removed_notifications()`,
  `create trigger count_emptied after truncate on notifications
   for each statement execute function count_removed_notifications()`,
]
