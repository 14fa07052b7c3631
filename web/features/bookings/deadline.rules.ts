import type { Event } from '#web/lib/api/contract.ts'
import { longDay, timeOfDay } from '#web/lib/format.ts'
import { fromWire } from '#web/lib/wire-time.ts'

type Deadlined = Pick<Event, 'start_datetime' | 'cancellation_deadline_hours'>

/** The last moment at which an attendee may cancel. */
export function deadlineOf({ start_datetime, cancellation_deadline_hours }: Deadlined): Date {
  return new Date(fromWire(start_datetime).getTime() - cancellation_deadline_hours * 3_600_000)
}

/** The cancellation policy at this moment, as a sentence. */
export function policyInWords(event: Deadlined, now: Date): string {
  const deadline = deadlineOf(event)
  if (fromWire(event.start_datetime) <= now) return 'It has begun: it can no longer be cancelled.'
  if (deadline <= now)
    return `It could be cancelled until ${moment(deadline, now)}. Ask the facilitator if you cannot come.`
  if (event.cancellation_deadline_hours === 0) return 'You can cancel until it begins.'
  return `You can cancel until ${moment(deadline, now)}.`
}

const moment = (at: Date, now: Date) => `${longDay(at, now)}, ${timeOfDay(at)}`
