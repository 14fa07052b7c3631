import { useQuery } from '@tanstack/react-query'
import { useSession } from '#web/lib/api/use-session.ts'
import { upcomingBookingsQuery } from './booking.queries.ts'

/** Ids of the events ahead that the reader has booked; none for readers who are not logged in. */
export function useBooked(): ReadonlySet<number> {
  const isLoggedIn = useSession() !== undefined
  const own = useQuery({ ...upcomingBookingsQuery, enabled: isLoggedIn }).data
  return new Set(isLoggedIn ? own?.bookings.map(({ event }) => event.id) : [])
}
