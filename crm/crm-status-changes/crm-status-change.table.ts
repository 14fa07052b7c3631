import type { Generated, Insertable } from 'kysely'
import type { CrmStatus } from './notification.schema.ts'

export type CrmStatusChangeTable = {
  id: Generated<number>
  booking_id: number
  old_status: CrmStatus
  new_status: CrmStatus
  notes: string | null
  changed_at: Generated<Date>
}

export type NewCrmStatusChange = Insertable<CrmStatusChangeTable>
