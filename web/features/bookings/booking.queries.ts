import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { call } from '#web/lib/api/call.ts'
import { keys } from '#web/lib/query-keys.ts'
import { toQuery } from '#web/lib/search-params.ts'

const PER_PAGE = 50

/** The confirmed bookings of the reader for events that are not over, the next one first. */
export const upcomingBookingsPageQuery = (page: number) =>
  queryOptions({
    queryKey: keys.bookings.upcoming(page),
    queryFn: ({ signal }) =>
      call('GET /api/bookings/', {
        query: toQuery({ upcoming: 'true', status: 'confirmed', per_page: PER_PAGE, page }),
        signal,
      }),
    placeholderData: keepPreviousData,
  })

/** The first page of them. */
export const upcomingBookingsQuery = upcomingBookingsPageQuery(1)

/** The reader's newest booking of an event: none, the one they hold, or the last one that was cancelled. */
export const ownBookingQuery = (event_id: number) =>
  queryOptions({
    queryKey: keys.bookings.ofEvent(event_id),
    queryFn: ({ signal }) =>
      call('GET /api/bookings/', { query: toQuery({ event_id, per_page: 1 }), signal }),
  })

/** Bookings of events that are over, the latest first. */
export const pastBookingsQuery = (page: number) =>
  queryOptions({
    queryKey: keys.bookings.past(page),
    queryFn: ({ signal }) =>
      call('GET /api/bookings/', { query: toQuery({ past: 'true', per_page: 10, page }), signal }),
    placeholderData: keepPreviousData,
  })

/** Cancelled bookings of events that are not over. */
export const cancelledBookingsQuery = (page: number) =>
  queryOptions({
    queryKey: keys.bookings.cancelled(page),
    queryFn: ({ signal }) =>
      call('GET /api/bookings/', {
        query: toQuery({ upcoming: 'true', status: 'cancelled', per_page: 20, page }),
        signal,
      }),
    placeholderData: keepPreviousData,
  })
