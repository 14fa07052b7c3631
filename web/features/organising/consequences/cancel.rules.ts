import type { Event } from '#web/lib/api/contract.ts'
import { count } from '#web/lib/format.ts'

/** What the cancellation of these events takes from people. `dates`: undefined while it is not known which. */
export function lossInWords(dates: Event[] | undefined, isSeries: boolean): string {
  if (!dates) return 'All who have booked these dates lose their seats.'
  const seats = dates.reduce((sum, { current_participants }) => sum + current_participants, 0)
  const waiting = dates.some(({ is_full }) => is_full) ? ' Who is on the waiting list is told, too.' : ''
  if (isSeries)
    return `${count(dates.length, 'date is', 'dates are')} cancelled, and ${seats === 0 ? 'nobody has booked yet' : `${count(seats, 'booking')} with ${dates.length === 1 ? 'it' : 'them'}`}.${waiting}`
  return seats === 0
    ? 'Nobody has booked it yet.'
    : `${count(seats, 'person loses a seat', 'people lose their seats')}.${waiting}`
}
