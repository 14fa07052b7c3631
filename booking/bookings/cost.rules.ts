import type { PaymentStatus } from '#booking/database/booking.table.ts'

export type CostFacts = {
  /** What the event costs now. */
  price: number
  /** What it cost when it was booked, or when it was paid; null for bookings before that was kept. */
  booked_price: number | null
  payment_status: PaymentStatus
}

/** What a booking costs: until it is paid as much as when it was made, or as the event costs now if that is less; then what was paid (decision 0061). */
export function costOf({ price, booked_price, payment_status }: CostFacts): number {
  if (booked_price === null) return price
  return payment_status === 'pending' ? Math.min(price, booked_price) : booked_price
}
