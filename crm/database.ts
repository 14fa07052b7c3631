import type { Kysely } from 'kysely'
import type { CrmStatusChangeTable } from './notifications/crm-status-change.table.ts'
import type { NotificationTable } from './notifications/notification.table.ts'

/** Every table of the CRM app. */
export type Database = {
  notifications: NotificationTable
  crm_status_changes: CrmStatusChangeTable
}

/** The database or a transaction in it. Inside a transaction pass `trx` only. */
export type Db = Kysely<Database>
