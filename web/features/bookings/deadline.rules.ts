import type { Event } from '#web/lib/api/contract.ts'
import { longDay, timeOfDay, type Zoned } from '#web/lib/format.ts'
import { clockOf, deadlineOf } from '#web/lib/time/event-time.rules.ts'
import { fromWire } from '#web/lib/wire-time.ts'

type Deadlined = Pick<Event, 'start_datetime' | 'cancellation_deadline_hours' | 'timezone' | 'location'>

/** The cancellation policy at this moment, as a sentence. */
export function policyInWords(event: Deadlined, now: Date): string {
  const deadline = deadlineOf(event)
  const moment = momentInWords(deadline, now, clockOf(event))
  if (fromWire(event.start_datetime) <= now) return 'It has begun: it can no longer be cancelled.'
  if (deadline <= now) return `It could be cancelled until ${moment}. Ask the facilitator if you cannot come.`
  if (event.cancellation_deadline_hours === 0) return 'You can cancel until it begins.'
  return `You can cancel until ${moment}.`
}

const momentInWords = (at: Date, now: Date, zoned: Zoned) =>
  `${longDay(at, now, zoned)}, ${timeOfDay(at, zoned)}`
