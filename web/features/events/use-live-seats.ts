import { tell } from '#web/components/feedback/toast.tsx'
import type { Booking, Event, LiveSeats } from '#web/lib/api/contract.ts'
import { queryClient, refresh, refreshSeats } from '#web/lib/query-client.ts'
import { keys } from '#web/lib/query-keys.ts'
import { useLiveEvents } from './use-live-events.ts'

/**
 * Live updates for attendees: of seats, of the reader's place in a waiting list, of a seat that they are given, and of their bookings
 * of an event that was changed.
 */
export function useLiveSeats(event_id?: number): void {
  useLiveEvents({ event_id, onSeats: refreshPlace, onEvent: refreshOwn, onPromotion: tellPromotion })
}

const refreshPlace = ({ event_id }: LiveSeats): void => void refresh(keys.waitlist.event(event_id))

/** A booking has the event's start, and until when it can be cancelled. */
function refreshOwn({ id }: Event): void {
  const known = queryClient.getQueriesData<{ bookings: Booking[] }>({ queryKey: keys.bookings.all })
  const isBooked = known.some(([, page]) => page?.bookings.some(({ event }) => event.id === id))
  if (isBooked) void refresh(keys.bookings.all)
}

function tellPromotion(): void {
  refreshSeats()
  tell('A seat became free, and it is yours.')
}
