import type { Event, LiveSeats } from '#web/lib/api/contract.ts'
import { count } from '#web/lib/format.ts'

const FEW = 3

/** How many seats there are, as one says it to a guest. */
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

/** What was read, with the seats that were heard of since. */
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

/** The same with an event that has changed in other ways. */
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
