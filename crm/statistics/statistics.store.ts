import { sql } from 'kysely'
import type { Db } from '#crm/database/database.ts'
import type { CrmStatus } from '#shared/contracts/crm-notification.schema.ts'

// The triggers `count_*` of `notifications` keep `notification_counts` and `totals`.

/** What notifications are counted by. Null or undefined: not filtered. */
export type Kind = {
  facilitator_id?: number | null | undefined
  /** Compared without case, like the type. */
  status?: string | null | undefined
  event_type?: string | null | undefined
  crm_status?: CrmStatus | null | undefined
}

/** The id of the counts of all facilitators. */
const EVERYBODY = 0

export async function countOfKind(db: Db, kind: Kind): Promise<number> {
  const { facilitator_id, status, event_type, crm_status } = kind
  let query = db
    .selectFrom('notification_counts')
    .select((select) => select.fn.sum<number | null>('notifications').as('total'))
    .where('facilitator_id', '=', facilitator_id ?? EVERYBODY)
  if (status) query = query.where('status', '=', sql<string>`lower(${status})`)
  if (event_type) query = query.where('event_type', '=', sql<string>`lower(${event_type})`)
  if (crm_status) query = query.where('crm_status', '=', crm_status)
  const { total } = await query.executeTakeFirstOrThrow()
  return total ?? 0
}

/** The totals; zeros before the first notification, when there is no row. */
export async function getTotals(db: Db) {
  const totals = await db
    .selectFrom('totals')
    .select(['notifications', 'facilitators', 'events'])
    .executeTakeFirst()
  return totals ?? { notifications: 0, facilitators: 0, events: 0 }
}
