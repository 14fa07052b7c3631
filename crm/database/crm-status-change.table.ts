import type { Generated, Insertable, Selectable } from 'kysely'
import type { CrmStatus } from '#shared/contracts/crm-notification.schema.ts'

export type CrmStatusChangeTable = {
  id: Generated<number>
  booking_id: number
  old_status: CrmStatus
  new_status: CrmStatus
  notes: string | null
  author: string | null
  changed_at: Generated<Date>
}

export type CrmStatusChangeRow = Selectable<CrmStatusChangeTable>
export type NewCrmStatusChange = Insertable<CrmStatusChangeTable>
