import type { Booking, Event } from '#web/lib/api/contract.ts'
import { deadlineOf } from '#web/lib/time/event-time.rules.ts'
import { fromWire } from '#web/lib/wire-time.ts'

type Terms = Pick<Event, 'price' | 'start_datetime' | 'cancellation_deadline_hours'>

/**
 * Whether booking again after a cancellation would be the same booking: nothing was paid for it, it costs the same, and can be cancelled
 * for as long. Otherwise taking the cancellation back would promise what it does not do.
 */
export const isSameAgain = (
  {
    payment_status,
    price,
    cancellable_until,
  }: Pick<Booking, 'payment_status' | 'price' | 'cancellable_until'>,
  event: Terms | undefined,
): boolean =>
  event !== undefined &&
  payment_status === 'pending' &&
  price === event.price &&
  cancellable_until !== null &&
  fromWire(cancellable_until) <= deadlineOf(event)
