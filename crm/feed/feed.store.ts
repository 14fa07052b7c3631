import { sql } from 'kysely'
import * as crmStatusChangeStore from '#crm/crm-status-changes/crm-status-change.store.ts'
import type { Db } from '#crm/database/database.ts'
import type { FeedRow } from '#crm/database/feed.table.ts'
import * as notificationStore from '#crm/notifications/notification.store.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import type { FeedEvent, FeedEventData } from './feed.schema.ts'

// The triggers `tell_received`, `tell_cancelled` and `tell_status_changed` write `feed` and raise `feed_position`.

/** A position in the feed of a facilitator: that of the last event that was sent. */
export type FeedCursor = { facilitator_id: number; position: number }

/** The position of the newest event, undefined when the facilitator never had one; and the database's clock. */
export type FeedEnd = { end: number | undefined; nowMs: number }

export async function findEnd(db: Db, facilitator_id: number): Promise<FeedEnd> {
  const { rows } = await sql<{ position: number | null; now_ms: number }>`
    select (select feed_position from facilitator_statistics where facilitator_id = ${facilitator_id}) as position,
           (extract(epoch from clock_timestamp()) * 1000)::bigint as now_ms`.execute(db)
  const [{ position = null, now_ms = 0 } = {}] = rows
  return { end: position ?? undefined, nowMs: now_ms }
}

export async function has(db: Db, { facilitator_id, position }: FeedCursor): Promise<boolean> {
  const row = await db
    .selectFrom('feed')
    .select('position')
    .where('facilitator_id', '=', facilitator_id)
    .where('position', '=', position)
    .executeTakeFirst()
  return row !== undefined
}

/** Up to `limit` events after each cursor, in the order of the cursors. */
export async function listAfter(db: Db, cursors: FeedCursor[], limit: number): Promise<FeedEvent[][]> {
  const { rows } = await sql<FeedRow & { cursor: number }>`
    select cursor.number as cursor, entry.*
    from unnest(
      ${cursors.map(({ facilitator_id }) => facilitator_id)}::integer[],
      ${cursors.map(({ position }) => position)}::bigint[]
    ) with ordinality cursor(facilitator_id, position, number)
    cross join lateral (
      select * from feed
      where feed.facilitator_id = cursor.facilitator_id and feed.position > cursor.position
      order by feed.position limit ${limit}
    ) entry
    order by cursor.number, entry.position`.execute(db)
  const read = await readData(db, rows)
  const events = Map.groupBy(rows, ({ cursor }) => cursor)
  return cursors.map((_, i) =>
    (events.get(i + 1) ?? []).map((row) => ({ position: row.position, name: row.name, data: read(row) })),
  )
}

/** Removes up to `limit` events from before that time. Returns how many. */
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
