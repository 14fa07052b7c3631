import { type SelectQueryBuilder, sql } from 'kysely'
import type { Database, Db } from '#crm/database/database.ts'
import type { NotificationRow } from '#crm/database/notification.table.ts'
import * as statisticsStore from '#crm/statistics/statistics.store.ts'
import { hasWords, isShortSearch, SHORT_SEARCH_MAX } from '#shared/db/text-search.ts'
import type { Slice } from '#shared/http/schemas/pagination.ts'

/** Null or undefined: not filtered. */
export type NotificationFilter = statisticsStore.Kind & {
  event_id?: number | null
  user_id?: number | null
  /** All these words in the name, address or phone number of the customer, or in the title of the event. */
  search?: string | null
  /** Received at or after `from` and before `to`. */
  from?: Date | null
  to?: Date | null
}

/** One page, newest first, and the number of all that match. */
export async function list(
  db: Db,
  filter: NotificationFilter,
  slice: Slice,
): Promise<{ rows: NotificationRow[]; total: number }> {
  const total = await count(db, filter)
  if (slice.offset >= total) return { rows: [], total }
  const limit = Math.min(slice.limit, total - slice.offset)
  // From the nearer end, and ids only, so that skipped rows are skipped in the index.
  const isOldHalf = slice.offset > total / 2
  const ids = matching(db, filter)
    .select('id')
    .orderBy('id', isOldHalf ? 'asc' : 'desc')
    .limit(limit)
    .offset(isOldHalf ? total - slice.offset - limit : slice.offset)
  const rows = await db
    .selectFrom('notifications')
    .selectAll()
    .where('id', 'in', ids)
    .orderBy('id', 'desc')
    .execute()
  return { rows, total }
}

/** Up to `limit` of the newest rows with a smaller id. */
export function listBefore(
  db: Db,
  filter: NotificationFilter,
  id: number | undefined,
  limit: number,
): Promise<NotificationRow[]> {
  const all = matching(db, filter).selectAll().orderBy('id', 'desc').limit(limit)
  return (id === undefined ? all : all.where('id', '<', id)).execute()
}

/** From the maintained counts where they cover the filter, otherwise by counting rows. */
async function count(db: Db, filter: NotificationFilter): Promise<number> {
  const { facilitator_id, status, event_type, crm_status, ...others } = filter
  if (Object.values(others).every((value) => value === null || value === undefined)) {
    return statisticsStore.countOfKind(db, { facilitator_id, status, event_type, crm_status })
  }
  const { total } = await matching(db, filter)
    .select((select) => select.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  return total
}

function matching(db: Db, filter: NotificationFilter) {
  const { facilitator_id, event_id, user_id, status, event_type, crm_status, search, from, to } = filter
  const isShort = search ? isShortSearch(search) : false
  // The rows of one user or one event are few.
  const isAmongNewest = isShort && !event_id && !user_id
  let query = isAmongNewest ? newest(db, facilitator_id) : all(db)
  if (facilitator_id) query = query.where('facilitator_id', '=', facilitator_id)
  if (event_id) query = query.where('event_id', '=', event_id)
  if (user_id) query = query.where('user_id', '=', user_id)
  if (status) query = query.where(sql`lower(status)`, '=', sql`lower(${status})`)
  if (event_type) query = query.where(sql`lower(event_type)`, '=', sql`lower(${event_type})`)
  if (crm_status) query = query.where('crm_status', '=', crm_status)
  if (from) query = query.where('received_at', '>=', from)
  if (to) query = query.where('received_at', '<', to)
  if (search) query = query.where(hasWords(sql`search_text`, search))
  return query
}

type Notifications = SelectQueryBuilder<Database, 'notifications', object>

const all = (db: Db): Notifications => db.selectFrom('notifications')

/** The newest rows, which a short search is limited to before any other filter: otherwise it would scan on when few match. */
function newest(db: Db, facilitator_id: number | null | undefined): Notifications {
  let query = db.selectFrom('notifications').selectAll().orderBy('id', 'desc').limit(SHORT_SEARCH_MAX)
  if (facilitator_id) query = query.where('facilitator_id', '=', facilitator_id)
  return db.selectFrom(query.as('notifications'))
}
