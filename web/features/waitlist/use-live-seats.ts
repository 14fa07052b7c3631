import { useCallback } from 'react'
import { tell } from '#web/components/toast.tsx'
import { refreshSeats } from '#web/features/bookings/booking.mutations.ts'
import { type Promotion, useLiveEvents } from '#web/features/events/use-live-events.ts'
import { queryClient } from '#web/lib/query-client.ts'
import { waitlistQuery } from './waitlist.queries.ts'

/** Live seats, and with them one's own place in line: who has got a seat is told so wherever they are. */
export function useLiveSeats(event_id?: number): void {
  const onSeats = useCallback((seats: { event_id: number }) => {
    void queryClient.invalidateQueries({ queryKey: waitlistQuery(seats.event_id).queryKey })
  }, [])
  const onPromotion = useCallback((_promotion: Promotion) => {
    refreshSeats()
    tell('A seat became free, and it is yours.')
  }, [])
  useLiveEvents({ event_id, onSeats, onPromotion })
}
