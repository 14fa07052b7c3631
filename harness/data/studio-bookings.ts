import type { NewEvent } from '#booking/database/event.table.ts'
import { ARABIC_NOTE, LONG_NOTE } from './studio-words.ts'

/** A time in which somebody already has a seat. */
export type Held = { user_id: number; start: Date; end: Date }
export type NewBooking = {
  user_id: number
  event_id: number
  status: 'CONFIRMED' | 'COMPLETED' | 'CANCELLED'
  notes: string | null
  payment_status: 'pending' | 'paid'
}
export type NewWaiting = { user_id: number; event_id: number }

type Plan = {
  events: NewEvent[]
  /** Of the events, in the same order. */
  ids: number[]
  guests: number[]
  busy: Held[]
  now: Date
  count: number
}

/** The roster that is longer than others, and how many are on it. */
const LONG_ROSTER = { event: 22, people: 28 }
const WAITING = 3

/** Exactly `count` bookings without two of one person at a time, and waiting lists of the events that are full. */
export function studioBookings({ events, ids, guests, busy, now, count }: Plan) {
  const bookings: NewBooking[] = []
  const waiting: NewWaiting[] = []
  const held = [...busy]
  const isFree = (user_id: number, { start, end }: { start: Date; end: Date }) =>
    !held.some((each) => each.user_id === user_id && each.start < end && start < each.end)
  let turn = 0
  const book = (n: number, people: number) => {
    const { status, max_participants } = events[n] as NewEvent
    const [start, end] = [
      new Date(events[n]?.start_datetime as Date),
      new Date(events[n]?.end_datetime as Date),
    ]
    if (status === 'CANCELLED') return
    const event_id = ids[n] as number
    const free = guests.filter((guest) => isFree(guest, { start, end }))
    const wanted = Math.min(people, max_participants, count - bookings.length, free.length)
    for (let i = 0; i < wanted; i++) {
      const user_id = free[(turn + i) % free.length] as number
      held.push({ user_id, start, end })
      const isOver = end <= now
      bookings.push({
        user_id,
        event_id,
        status: isOver ? 'COMPLETED' : 'CONFIRMED',
        ...details(bookings.length),
      })
    }
    if (wanted === max_participants && start > now)
      for (let i = 0; i < WAITING; i++)
        waiting.push({ event_id, user_id: free[(turn + wanted + i) % free.length] as number })
    turn += wanted
  }
  book(LONG_ROSTER.event, LONG_ROSTER.people)
  for (let round = 1; bookings.length < count; round++) {
    const before = bookings.length
    // Retreats come last in the list and first here, or nobody would have time for them.
    for (let n = events.length - 1; n >= 0; n--)
      if (n !== LONG_ROSTER.event && n % 6 === round % 6) book(n, 3 + (n % 5))
    if (round > 6 && bookings.length === before)
      throw new Error('There are not enough people for so many bookings.')
  }
  return { bookings, waiting }
}

function details(n: number): Pick<NewBooking, 'notes' | 'payment_status'> {
  return {
    notes:
      n % 17 === 3 ? LONG_NOTE : n % 11 === 4 ? ARABIC_NOTE : n % 5 === 0 ? 'Comes by the late train.' : null,
    payment_status: n % 3 === 0 ? 'paid' : 'pending',
  }
}
