import type { Event } from '#web/lib/api/contract.ts'
import { count } from '#web/lib/format.ts'
import { bookingsOf, isAnyFull } from './dates.rules.ts'

/** What the cancellation of these events takes from people. `dates`: undefined while it is not known which. */
export function lossInWords(dates: Event[] | undefined, isSeries: boolean): string {
  if (!dates) return 'All who have booked these dates lose their seats.'
  const seats = bookingsOf(dates)
  const waiting = isAnyFull(dates) ? ' Who is on the waiting list is told, too.' : ''
  if (isSeries)
    return `${count(dates.length, 'date is', 'dates are')} cancelled, and ${seats === 0 ? 'nobody has booked yet' : `${count(seats, 'booking')} with ${dates.length === 1 ? 'it' : 'them'}`}.${waiting}`
  return seats === 0
    ? 'Nobody has booked it yet.'
    : `${count(seats, 'person loses a seat', 'people lose their seats')}.${waiting}`
}
