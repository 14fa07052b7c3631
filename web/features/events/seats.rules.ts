import type { Event, LiveSeats } from '#web/lib/api/contract.ts'
import { count } from '#web/lib/format.ts'

/** Seats are said to be the last ones only when both hold. */
const FEW = 5
const FEW_OF_ALL = 0.2

type Seats = Pick<Event, 'available_spots' | 'is_full'> & Partial<Pick<Event, 'max_participants'>>

/** The free seats in words. */
export function seatsInWords({ available_spots, max_participants, is_full }: Seats): string {
  if (is_full) return 'Full, with a waiting list'
  if (areFew({ available_spots, max_participants }))
    return available_spots === 1 ? 'The last seat' : `The last ${available_spots} seats`
  return `${count(available_spots, 'seat')} free`
}

/** The same for a row, where plenty goes without saying. */
export function seatsInShort(event: Seats): string | undefined {
  if (event.is_full) return 'Full · waiting list'
  return areFew(event) ? `${event.available_spots} left` : undefined
}

const areFew = ({ available_spots, max_participants = 0 }: Omit<Seats, 'is_full'>): boolean =>
  available_spots <= FEW && available_spots <= FEW_OF_ALL * max_participants

/** One answer, or the pages of a list that is read bit by bit. */
type Cached = { events?: Event[]; event?: Event; pages?: { events: Event[] }[] }

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
    ...(known.pages && {
      pages: known.pages.map((page) => ({ ...page, events: page.events.map(each) })),
    }),
  }
}
