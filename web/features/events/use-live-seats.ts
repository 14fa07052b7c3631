import { tell } from '#web/components/feedback/toast.tsx'
import type { Booking, Event, LiveSeats } from '#web/lib/api/contract.ts'
import { queryClient, refresh, refreshSeats } from '#web/lib/query-client.ts'
import { keys } from '#web/lib/query-keys.ts'
import { useLiveEvents } from './use-live-events.ts'

/**
 * Live updates for attendees: of seats, of the reader's place in a waiting list, of seats that they are given or lose, and of what
 * has changed about an event that is theirs.
 */
export function useLiveSeats(event_id?: number): void {
  useLiveEvents({
    event_id,
    onSeats: refreshPlace,
    onEvent: refreshOwn,
    onPromotion: tellPromotion,
    onCancellation: refreshSeats,
  })
}

const refreshPlace = ({ event_id }: LiveSeats): void => void refresh(keys.waitlist.event(event_id))

/** A booking has the event's start, and until when it can be cancelled; notices tell what has changed, or was written. */
function refreshOwn({ id }: Event): void {
  const known = queryClient.getQueriesData<{ bookings: Booking[] }>({ queryKey: keys.bookings.all })
  const isBooked = known.some(([, page]) => page?.bookings.some(({ event }) => event.id === id))
  const waiting = queryClient.getQueryData<{ waitlist: { event: { id: number } }[] }>(keys.waitlist.own)
  const isWaitedFor = waiting?.waitlist.some(({ event }) => event.id === id)
  if (isBooked) void refresh(keys.bookings.all)
  if (isBooked || isWaitedFor) void refresh(keys.notices)
}

function tellPromotion(): void {
  refreshSeats()
  tell('A seat became free, and it is yours.')
}
