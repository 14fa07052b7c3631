import { type SelectQueryBuilder, sql } from 'kysely'
import type { Database, Db } from '#crm/database/database.ts'
import type { NotificationRow } from '#crm/database/notification.table.ts'
import * as statisticsStore from '#crm/statistics/statistics.store.ts'
import type { Slice } from '#shared/http/schemas/pagination.ts'
import { isShortSearch, SHORT_SEARCH_MAX, toWordBeginning } from '#shared/lib/short-search.ts'

/** Null or left out: any. */
export type NotificationFilter = statisticsStore.Kind & {
  event_id?: number | null
  user_id?: number | null
  /** Part of the name or address of the customer, or of the title of the event. */
  search?: string | null
  /** Received from then on, and before. */
  from?: Date | null
  to?: Date | null
}

/** One page, newest first, and how many there are in all. */
export async function list(
  db: Db,
  filter: NotificationFilter,
  slice: Slice,
): Promise<{ rows: NotificationRow[]; total: number }> {
  const total = await count(db, filter)
  if (slice.offset >= total) return { rows: [], total }
  const limit = Math.min(slice.limit, total - slice.offset)
  // Read from the nearer end, and only ids on the way there: what is skipped is skipped in the index.
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

/** The newest ones below that id. */
export function listBefore(
  db: Db,
  filter: NotificationFilter,
  id: number | undefined,
  limit: number,
): Promise<NotificationRow[]> {
  const all = matching(db, filter).selectAll().orderBy('id', 'desc').limit(limit)
  return (id === undefined ? all : all.where('id', '<', id)).execute()
}

/** From what is counted as notifications come, where that says it; otherwise one by one, in an index if possible. */
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
  // What one person or one event has is little.
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
  if (search) query = query.where(isShort ? beginsWord(search) : contains(search))
  return query
}

type Notifications = SelectQueryBuilder<Database, 'notifications', object>

const all = (db: Db): Notifications => db.selectFrom('notifications')

/** Those that a short search looks at, whatever else is asked of them: it reads no more when nothing matches. */
function newest(db: Db, facilitator_id: number | null | undefined): Notifications {
  let query = db.selectFrom('notifications').selectAll().orderBy('id', 'desc').limit(SHORT_SEARCH_MAX)
  if (facilitator_id) query = query.where('facilitator_id', '=', facilitator_id)
  return db.selectFrom(query.as('notifications'))
}

/** As it is indexed. */
const TEXT = sql`(user_name || chr(10) || user_email || chr(10) || event_title)`

const contains = (search: string) => sql<boolean>`${TEXT} ilike ${containing(search)}`
const beginsWord = (search: string) => sql<boolean>`${TEXT} ~* ${toWordBeginning(search)}`

/** A pattern that finds `text` anywhere, with its own `%`, `_` and `\` taken literally. */
function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`
}
