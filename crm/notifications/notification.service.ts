import type { Db } from '#crm/database/database.ts'
import * as statisticsStore from '#crm/statistics/statistics.store.ts'
import { type PageRequest, toPagination, toSlice } from '#shared/http/schemas/pagination.ts'
import type { FiltersApplied, NotificationPage } from './notification.schema.ts'
import { toNotification } from './notification.store.ts'
import { list as listRows, type NotificationFilter } from './notification-list.store.ts'

export type NotificationDeps = { db: Db }

/** One page of what was received, with the filters as they were understood. */
export async function list(
  { db }: NotificationDeps,
  filter: NotificationFilter,
  filters_applied: FiltersApplied,
  request: PageRequest,
): Promise<NotificationPage> {
  const [{ rows, total }, { notifications }] = await Promise.all([
    listRows(db, filter, toSlice(request)),
    statisticsStore.getTotals(db),
  ])
  return {
    bookings: rows.map(toNotification),
    pagination: toPagination(request, total),
    filters_applied,
    summary: { total_notifications: notifications, filtered_results: total },
  }
}
