import type { Generated, Insertable, Selectable } from 'kysely'
import type { CrmStatus } from '#shared/contracts/crm-notification.schema.ts'

export type NotificationTable = {
  id: Generated<number>
  booking_id: number
  user_id: number
  user_email: string
  user_name: string
  user_phone: string | null
  event_id: number
  event_title: string
  event_type: string
  event_start_datetime: string | null
  event_location: string | null
  /** IANA name as sent; null for what older versions have sent. */
  event_timezone: string | null
  facilitator_id: number
  booking_date: string | null
  notes: string | null
  received_at: Generated<Date>
  /** `received`, `cancelled`, or another word as the Main API has sent it. */
  status: Generated<string>
  /** When the CRM received the cancellation. */
  cancelled_at: Date | null
  crm_status: Generated<CrmStatus>
  /** Fields of an imported backup of the old service that have no column. */
  imported_fields: Record<string, unknown> | null
}

export type NotificationRow = Selectable<NotificationTable>
export type NewNotification = Insertable<NotificationTable>
