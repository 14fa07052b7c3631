import { useDocumentVisibility } from '@mantine/hooks'
import { useEffect } from 'react'
import type { Event, LiveSeats } from '#web/lib/api/contract.ts'
import { listen, type MessageOf } from '#web/lib/api/event-stream.ts'
import { useSession } from '#web/lib/api/use-session.ts'
import { queryClient } from '#web/lib/query-client.ts'
import { keys } from '#web/lib/query-keys.ts'
import { withEvent, withSeats } from './seats.rules.ts'

type Options = {
  event_id?: number
  onSeats?: (seats: LiveSeats) => void
  /** The event was changed. */
  onEvent?: (event: Event) => void
  /** The reader has been given a seat from the waiting list. */
  onPromotion?: () => void
  /** Somebody else has cancelled a booking of the reader. */
  onCancellation?: () => void
}

/**
 * Writes live updates into every cached event. Only while the page is visible: a browser opens few connections to one
 * server, and every tab that listens takes one.
 */
export function useLiveEvents({
  event_id,
  onSeats,
  onEvent,
  onPromotion,
  onCancellation,
}: Options = {}): void {
  const isVisible = useDocumentVisibility() !== 'hidden'
  const userId = useSession()?.user.id
  useEffect(() => {
    if (!isVisible || userId === undefined) return
    const leaving = new AbortController()
    const hear = ({ event, data }: MessageOf<'GET /api/events/stream'>) => {
      if (event === 'seats') {
        changeEvents((known) => withSeats(known, data))
        onSeats?.(data)
      }
      if (event === 'event') {
        changeEvents((known) => withEvent(known, data.event))
        onEvent?.(data.event)
      }
      if (event === 'booking.promoted') onPromotion?.()
      if (event === 'booking.cancelled') onCancellation?.()
      if (event === 'reload') void queryClient.invalidateQueries()
    }
    const query = event_id === undefined ? undefined : `event_id=${event_id}`
    void listen('GET /api/events/stream', { query, signal: leaving.signal }, hear)
    return () => leaving.abort()
  }, [isVisible, userId, event_id, onSeats, onEvent, onPromotion, onCancellation])
}

function changeEvents(change: (known: object) => object): void {
  queryClient.setQueriesData<object>({ queryKey: keys.events.all }, (known) => known && change(known))
}
