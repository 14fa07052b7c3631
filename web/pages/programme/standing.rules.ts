import type { Event } from '#web/lib/api/contract.ts'
import { fromWire } from '#web/lib/wire-time.ts'

/** What the reader can do about an event follows from this. */
export type Standing = 'cancelled' | 'over' | 'booked' | 'waiting' | 'full' | 'open'

type Facts = {
  event: Pick<Event, 'status' | 'start_datetime' | 'is_full'>
  hasBooking: boolean
  isWaiting: boolean
  now: Date
}

export function standingOf({ event, hasBooking, isWaiting, now }: Facts): Standing {
  if (event.status === 'CANCELLED') return 'cancelled'
  if (hasBooking) return 'booked'
  if (event.status === 'COMPLETED' || fromWire(event.start_datetime) <= now) return 'over'
  if (isWaiting) return 'waiting'
  return event.is_full ? 'full' : 'open'
}
