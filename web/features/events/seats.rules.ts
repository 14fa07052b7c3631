import type { Event, LiveSeats } from '#web/lib/api/contract.ts'
import { count } from '#web/lib/format.ts'

const FEW = 3

/** The free seats in words. */
export function seatsInWords({
  available_spots,
  is_full,
}: Pick<Event, 'available_spots' | 'is_full'>): string {
  if (is_full) return 'Full, with a waiting list'
  if (available_spots <= FEW)
    return available_spots === 1 ? 'The last seat' : `The last ${available_spots} seats`
  return `${count(available_spots, 'seat')} free`
}

type Cached = { events?: Event[]; event?: Event }

/** A cached answer with the seats of one event replaced. */
export function withSeats<T extends Cached>(known: T, { event_id, ...heard }: LiveSeats): T {
  const { current_participants, available_spots, is_full } = heard
  return replace(known, event_id, (event) => ({
    ...event,
    current_participants,
    available_spots,
    is_full,
    max_participants: current_participants + available_spots,
  }))
}

/** A cached answer with one event replaced. */
export function withEvent<T extends Cached>(known: T, changed: Event): T {
  return replace(known, changed.id, () => changed)
}

function replace<T extends Cached>(known: T, id: number, change: (event: Event) => Event): T {
  const each = (event: Event) => (event.id === id ? change(event) : event)
  return {
    ...known,
    ...(known.events && { events: known.events.map(each) }),
    ...(known.event && { event: each(known.event) }),
  }
}
