import type { Booking, Event } from '#web/lib/api/contract.ts'

/** What a booking costs and where that is paid, as a sentence; undefined for what is free. */
export function paymentInWords(
  { location, facilitator }: Pick<Event, 'location' | 'facilitator'>,
  { price, payment_status }: Pick<Booking, 'price' | 'payment_status'>,
  amount: string,
): string | undefined {
  if (payment_status === 'paid') return `${amount}, paid.`
  if (payment_status === 'refunded') return 'Your payment was refunded.'
  if (price === 0) return undefined
  return location
    ? `${amount}, to pay when you come.`
    : `${amount}: ${facilitator.name} tells you how to pay.`
}
