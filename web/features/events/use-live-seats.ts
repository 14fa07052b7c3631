import { tell } from '#web/components/feedback/toast.tsx'
import type { LiveSeats } from '#web/lib/api/contract.ts'
import { refresh, refreshSeats } from '#web/lib/query-client.ts'
import { keys } from '#web/lib/query-keys.ts'
import { useLiveEvents } from './use-live-events.ts'

/** Live updates for attendees: of seats, of the reader's place in a waiting list, and of a seat that they are given. */
export function useLiveSeats(event_id?: number): void {
  useLiveEvents({ event_id, onSeats: refreshPlace, onPromotion: tellPromotion })
}

const refreshPlace = ({ event_id }: LiveSeats): void => void refresh(keys.waitlist.event(event_id))

function tellPromotion(): void {
  refreshSeats()
  tell('A seat became free, and it is yours.')
}
