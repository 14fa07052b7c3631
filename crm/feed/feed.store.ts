import { sql } from 'kysely'
import * as crmStatusChangeStore from '#crm/crm-status-changes/crm-status-change.store.ts'
import type { Db } from '#crm/database.ts'
import * as notificationStore from '#crm/notifications/notification.store.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import type { FeedEvent, FeedEventData } from './feed.schema.ts'
import type { FeedRow } from './feed.table.ts'

/** A place in the feed of a facilitator: behind the event that has this position. */
export type FeedPlace = { facilitator_id: number; position: number }

/** The position of the newest event. With the first one who asks, a feed begins. */
export async function findEnd(db: Db, facilitator_id: number): Promise<number> {
  const find = () =>
    db
      .selectFrom('facilitator_statistics')
      .select('feed_position')
      .where('facilitator_id', '=', facilitator_id)
      .executeTakeFirst()
  const known = await find()
  if (known) return known.feed_position
  await sql`insert into facilitator_statistics (facilitator_id) values (${facilitator_id}) on conflict do nothing`.execute(
    db,
  )
  const begun = await find()
  if (!begun) throw new Error(`facilitator ${facilitator_id} has no feed`)
  return begun.feed_position
}

export async function has(db: Db, { facilitator_id, position }: FeedPlace): Promise<boolean> {
  const row = await db
    .selectFrom('feed')
    .select('position')
    .where('facilitator_id', '=', facilitator_id)
    .where('position', '=', position)
    .executeTakeFirst()
  return row !== undefined
}

/** What comes next at each of the places, at most so many events each. */
export async function listAfter(db: Db, places: FeedPlace[], limit: number): Promise<FeedEvent[][]> {
  const { rows } = await sql<FeedRow & { place: number }>`
    select place.number as place, entry.*
    from unnest(
      ${places.map(({ facilitator_id }) => facilitator_id)}::integer[],
      ${places.map(({ position }) => position)}::bigint[]
    ) with ordinality place(facilitator_id, position, number)
    cross join lateral (
      select * from feed
      where feed.facilitator_id = place.facilitator_id and feed.position > place.position
      order by feed.position limit ${limit}
    ) entry
    order by place.number, entry.position`.execute(db)
  const read = await readData(db, rows)
  const events = Map.groupBy(rows, ({ place }) => place)
  return places.map((_, i) =>
    (events.get(i + 1) ?? []).map((row) => ({ position: row.position, name: row.name, data: read(row) })),
  )
}

/** Removes the oldest events from before that time, at most so many. Returns how many. */
export async function removeBefore(db: Db, at: Date, limit: number): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    delete from feed where (facilitator_id, position) in (
      select facilitator_id, position from feed where happened_at < ${at}
      order by facilitator_id, position limit ${limit}
    )`.execute(db)
  return Number(numAffectedRows)
}

async function readData(db: Db, rows: FeedRow[]): Promise<(row: FeedRow) => FeedEventData | undefined> {
  if (rows.length === 0) return () => undefined
  const [notifications, changes] = await Promise.all([
    notificationStore.listAbout(
      db,
      rows.map(({ booking_id }) => booking_id),
    ),
    crmStatusChangeStore.listByIds(
      db,
      rows.map(({ change_id }) => change_id).filter((id) => id !== null),
    ),
  ])
  const bookings = new Map(notifications.map((each) => [each.booking_id, each]))
  const changesById = new Map(changes.map((each) => [each.id, each]))
  return ({ booking_id, change_id, happened_at }) => {
    const booking = bookings.get(booking_id)
    const change = change_id === null ? undefined : changesById.get(change_id)
    return booking && { booking, happened_at: toWireTime(happened_at), ...(change && { change }) }
  }
}
