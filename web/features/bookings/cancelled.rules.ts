import type { Booking, Event } from '#web/lib/api/contract.ts'

/** Set when the studio has cancelled the booking, or the event with it. The reason is the studio's, if it gave one. */
export function cancelledByStudio(
  { cancelled_by_studio, cancellation_reason }: Pick<Booking, 'cancelled_by_studio' | 'cancellation_reason'>,
  event: Pick<Event, 'cancellation_reason'> | undefined,
): { reason: string | undefined } | undefined {
  if (!cancelled_by_studio) return undefined
  return { reason: cancellation_reason ?? event?.cancellation_reason }
}
