import { sql } from 'kysely'
import type { Db } from '#booking/database/database.ts'
import type { WaitlistStatus } from '#booking/database/waitlist.table.ts'
import type { Slice } from '#shared/http/schemas/pagination.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import type { OwnWaitlistEntry, WaitlistEntry, WaitlistPlace } from './waitlist.schema.ts'

/** Returns undefined when the user does not wait. */
export async function findPlace(
  db: Db,
  event_id: number,
  user_id: number,
): Promise<WaitlistPlace | undefined> {
  const { rows } = await sql<Omit<WaitlistPlace, 'joined_at'> & { joined_at: Date }>`
    select place.* from (
      select event_id, user_id, status, joined_at, row_number() over (order by id) as position,
             count(*) over () as waiting
      from waitlist_entries where event_id = ${event_id} and status = 'waiting'
    ) place where user_id = ${user_id}`.execute(db)
  const [row] = rows
  if (!row) return undefined
  const { position, waiting, status, joined_at } = row
  return { event_id, position, waiting, status, joined_at: toWireTime(joined_at) }
}

export async function countWaiting(db: Db, event_id: number): Promise<number> {
  const { waiting } = await db
    .selectFrom('waitlist_entries')
    .select(({ fn }) => fn.countAll<number>().as('waiting'))
    .where('event_id', '=', event_id)
    .where('status', '=', 'waiting')
    .executeTakeFirstOrThrow()
  return waiting
}

/** Returns one page of the waiting people, in order. */
export async function listWaiting(
  db: Db,
  event_id: number,
  { limit, offset }: Slice,
): Promise<WaitlistEntry[]> {
  const rows = await db
    .selectFrom('waitlist_entries')
    .innerJoin('users', 'users.id', 'waitlist_entries.user_id')
    .select(['user_id', 'email', 'first_name', 'last_name', 'notes', 'joined_at'])
    .where('event_id', '=', event_id)
    .where('status', '=', 'waiting')
    .orderBy('waitlist_entries.id')
    .limit(limit)
    .offset(offset)
    .execute()
  return rows.map(({ user_id: id, email, first_name, last_name, notes, joined_at }, i) => ({
    position: offset + i + 1,
    user: { id, email, first_name, last_name },
    notes,
    joined_at: toWireTime(joined_at),
  }))
}

/** Returns one page of a user's entries, the next event first, and the total. */
export async function listOwn(
  db: Db,
  { user_id, status }: { user_id: number; status?: WaitlistStatus | undefined },
  { limit, offset }: Slice,
): Promise<{ entries: OwnWaitlistEntry[]; total: number }> {
  let query = db
    .selectFrom('waitlist_entries as entry')
    .innerJoin('events', 'events.id', 'entry.event_id')
    .where('entry.user_id', '=', user_id)
  if (status) query = query.where('entry.status', '=', status)
  const page = query
    .select(['entry.event_id', 'entry.status', 'entry.booking_id', 'entry.notes', 'entry.joined_at'])
    .select(['events.title', 'events.event_type', 'events.start_datetime', position])
    .orderBy('events.start_datetime')
    .orderBy('entry.id')
    .limit(limit)
    .offset(offset)
  const count = query.select(({ fn }) => fn.countAll<number>().as('total'))
  const [rows, { total }] = await Promise.all([page.execute(), count.executeTakeFirstOrThrow()])
  const entries = rows.map(({ event_id: id, title, event_type, start_datetime, joined_at, ...row }) => ({
    event: { id, title, event_type, start_datetime: toWireTime(start_datetime) },
    ...row,
    joined_at: toWireTime(joined_at),
  }))
  return { entries, total }
}

/** Returns false when the user does not wait. */
export async function leave(trx: Db, event_id: number, user_id: number, now: Date): Promise<boolean> {
  const left = await trx
    .updateTable('waitlist_entries')
    .set({ status: 'left', ended_at: now })
    .where('event_id', '=', event_id)
    .where('user_id', '=', user_id)
    .where('status', '=', 'waiting')
    .returning('id')
    .executeTakeFirst()
  return left !== undefined
}

/** Closes the waiting lists of the events, which the transaction must have locked. */
export async function close(trx: Db, eventIds: number[], now: Date): Promise<void> {
  await sql`
    update waitlist_entries set status = 'closed', ended_at = ${now}
    where event_id = any(${eventIds}::integer[]) and status = 'waiting'`.execute(trx)
}

/** Returns events with waiting people that have begun or are not active. */
export async function listOver(db: Db, now: Date): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select distinct events.id from waitlist_entries entry join events on events.id = entry.event_id
    where entry.status = 'waiting' and (events.status <> 'ACTIVE' or start_datetime <= ${now})`.execute(db)
  return rows.map(({ id }) => id)
}

const position = sql<number | null>`
  case when entry.status = 'waiting' then (
    select count(*) from waitlist_entries ahead
    where ahead.event_id = entry.event_id and ahead.status = 'waiting' and ahead.id <= entry.id
  ) end`.as('position')
