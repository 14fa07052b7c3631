import type { ColumnType, Generated, Selectable } from 'kysely'

export const BOOKING_STATUSES = ['PENDING', 'CONFIRMED', 'CANCELLED', 'COMPLETED'] as const
export type BookingStatus = (typeof BOOKING_STATUSES)[number]
export const PAYMENT_STATUSES = ['pending', 'paid', 'refunded'] as const
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number]
export const ATTENDANCES = ['attended', 'no_show'] as const
export type Attendance = (typeof ATTENDANCES)[number]

export type BookingTable = {
  id: Generated<number>
  user_id: number
  event_id: number
  /** The event's time as a half-open range, which the exclusion constraint `bookings_no_overlap` compares. */
  during: ColumnType<string, string, never>
  status: Generated<BookingStatus>
  /** The event's `parent_event_id`, which the exclusion constraints compare. */
  parent_event_id: number | null
  /** Its event was moved onto another booking of the user; exempts the row from `bookings_no_overlap` (decision 0010). */
  has_clash: Generated<boolean>
  notes: string | null
  payment_status: Generated<PaymentStatus>
  booking_date: Generated<Date>
  created_at: Generated<Date>
  updated_at: Generated<Date>
  /** When the CRM last acknowledged this booking. */
  crm_notified_at: Date | null
  attendance: Attendance | null
  checked_in_at: Date | null
  /** Shown to the attendee when somebody else cancelled the booking. */
  removal_reason: string | null
  /** The event's `cancellation_deadline_hours` when the seat was given; null for bookings before this column. */
  booked_deadline_hours: number | null
  /** The event's `price` then, or when the booking was marked as paid if that was less; null likewise. */
  booked_price: number | null
}

export type BookingRow = Selectable<BookingTable>
