import type { Booking, Event } from '#web/lib/api/contract.ts'

/** Set when the studio has cancelled the booking, or the event with it. The reason is the studio's, if it gave one. */
export function cancelledByStudio(
  { status, cancellation_reason }: Pick<Booking, 'status' | 'cancellation_reason'>,
  event: Pick<Event, 'status' | 'cancellation_reason'> | undefined,
): { reason: string | undefined } | undefined {
  if (status !== 'CANCELLED') return undefined
  if (cancellation_reason !== undefined) return { reason: cancellation_reason }
  return event?.status === 'CANCELLED' ? { reason: event.cancellation_reason } : undefined
}
