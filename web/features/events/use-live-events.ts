import { useDocumentVisibility } from '@mantine/hooks'
import { useEffect } from 'react'
import type { Event } from '#booking/events/event.schema.ts'
import type { LiveSeats } from '#booking/live/live.schema.ts'
import { listen, type StreamMessage } from '#web/lib/event-stream.ts'
import { queryClient } from '#web/lib/query-client.ts'
import { useSession } from '#web/lib/use-session.ts'
import { eventKeys } from './event.queries.ts'
import { withEvent, withSeats } from './seats.rules.ts'

/** What somebody is told who has got a seat that they waited for. */
export type Promotion = { booking_id: number; event_id: number }
type Options = {
  event_id?: number
  onSeats?: (seats: LiveSeats) => void
  onPromotion?: (promotion: Promotion) => void
}

/**
 * Keeps every event on the page as it is now. Only while the page is looked at: a browser has few connections to one
 * server, and each tab that listens takes one.
 */
export function useLiveEvents({ event_id, onSeats, onPromotion }: Options = {}): void {
  const isVisible = useDocumentVisibility() !== 'hidden'
  const userId = useSession()?.user.id
  useEffect(() => {
    if (!isVisible || userId === undefined) return
    const leaving = new AbortController()
    const path = event_id === undefined ? '/api/events/stream' : `/api/events/stream?event_id=${event_id}`
    const hear = ({ event, data }: StreamMessage) => {
      if (event === 'seats') {
        queryClient.setQueriesData({ queryKey: eventKeys.all }, (known: object | undefined) =>
          known ? withSeats(known, data as LiveSeats) : known,
        )
        onSeats?.(data as LiveSeats)
      }
      if (event === 'event') {
        const { event: changed } = data as { event: Event }
        queryClient.setQueriesData({ queryKey: eventKeys.all }, (known: object | undefined) =>
          known ? withEvent(known, changed) : known,
        )
      }
      if (event === 'booking.promoted') onPromotion?.(data as Promotion)
      if (event === 'reload') void queryClient.invalidateQueries()
    }
    void listen(path, hear, leaving.signal)
    return () => leaving.abort()
  }, [isVisible, userId, event_id, onSeats, onPromotion])
}
