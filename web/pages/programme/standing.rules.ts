import type { Event } from '#web/lib/api/contract.ts'
import { phaseOf } from '#web/lib/time/event-time.rules.ts'

/** What the reader can do about an event follows from this. */
export type Standing = 'cancelled' | 'over' | 'begun' | 'booked' | 'waiting' | 'full' | 'open'

type Facts = {
  event: Pick<Event, 'status' | 'start_datetime' | 'end_datetime' | 'is_full'>
  hasBooking: boolean
  isWaiting: boolean
  now: Date
}

export function standingOf({ event, hasBooking, isWaiting, now }: Facts): Standing {
  if (event.status === 'CANCELLED') return 'cancelled'
  const phase = phaseOf(event, now)
  if (phase === 'over') return 'over'
  if (hasBooking) return 'booked'
  if (phase === 'on now') return 'begun'
  if (isWaiting) return 'waiting'
  return event.is_full ? 'full' : 'open'
}
