import { sql } from 'kysely'
import type { Db } from '#booking/database/database.ts'
import { mayJoin } from './event.sql.ts'

/** One event that a person would read the online link of. */
export type Asked = { user_id: number; is_admin: boolean; event_id: number }

type Answered = { user_id: number; event_id: number; virtual_link: string }

/** Returns the links that those who ask may have. */
export async function listFor(db: Db, asked: Asked[]): Promise<Answered[]> {
  const { rows } = await sql<Answered>`
    select asked.user_id, events.id as event_id, virtual_link
    from unnest(
      ${asked.map(({ user_id }) => user_id)}::integer[],
      ${asked.map(({ is_admin }) => is_admin)}::boolean[],
      ${asked.map(({ event_id }) => event_id)}::integer[]
    ) asked (user_id, is_admin, event_id)
    join events on events.id = asked.event_id
    where virtual_link is not null and ${mayJoin(sql`asked.user_id`, sql`asked.is_admin`)}`.execute(db)
  return rows
}

/** Returns the links of events, for their organisers. */
export async function listOf(db: Db, ids: number[]): Promise<Map<number, string>> {
  const rows = await db
    .selectFrom('events')
    .select(['id', 'virtual_link'])
    .where('id', '=', sql<number>`any(${ids}::integer[])`)
    .where('virtual_link', 'is not', null)
    .execute()
  return new Map(rows.map(({ id, virtual_link }) => [id, virtual_link ?? '']))
}

type Readers = { event_id: number; virtual_link: string; user_ids: number[] }

/** Returns the links of the online ones among these events, each with everybody who may have it. */
export async function listReaders(db: Db, event_ids: number[]): Promise<Readers[]> {
  const { rows } = await sql<Readers>`
    select events.id as event_id, virtual_link, array(
      select users.id from users where users.is_admin and users.is_active
      union select seat.user_id from bookings seat where seat.event_id = events.id and seat.status <> 'CANCELLED'
      union select leader.user_id from facilitators leader
        where leader.id = events.facilitator_id and leader.is_active and leader.user_id is not null
    ) as user_ids
    from events where id = any(${event_ids}::integer[]) and virtual_link is not null`.execute(db)
  return rows
}
