import type { Kysely } from 'kysely'
import type { CrmStatusChangeTable } from './crm-status-change.table.ts'
import type { FeedTable } from './feed.table.ts'
import type { NotificationTable } from './notification.table.ts'
import type {
  FacilitatorDayTable,
  FacilitatorEventTable,
  FacilitatorStatisticsTable,
  NotificationCountTable,
  TotalsTable,
} from './statistics.table.ts'

/** Every table of the CRM. */
export type Database = {
  notifications: NotificationTable
  crm_status_changes: CrmStatusChangeTable
  feed: FeedTable
  facilitator_statistics: FacilitatorStatisticsTable
  facilitator_events: FacilitatorEventTable
  facilitator_days: FacilitatorDayTable
  notification_counts: NotificationCountTable
  totals: TotalsTable
}

/** The database or a transaction. Inside a transaction always pass `trx`. */
export type Db = Kysely<Database>
