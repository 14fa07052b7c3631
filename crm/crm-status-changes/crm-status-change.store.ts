import type { Db } from '#crm/database.ts'
import type { NewCrmStatusChange } from './crm-status-change.table.ts'

export async function insert(trx: Db, change: NewCrmStatusChange): Promise<void> {
  await trx.insertInto('crm_status_changes').values(change).execute()
}
