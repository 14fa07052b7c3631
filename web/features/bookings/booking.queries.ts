import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { call } from '#web/lib/api/call.ts'
import { keys } from '#web/lib/query-keys.ts'
import { toQuery } from '#web/lib/search-params.ts'

/** The API's largest page, and more seats than one person may hold. */
const HELD_MAX = 100

/** The confirmed bookings of the reader for events that are not over, the next one first. */
export const upcomingBookingsQuery = queryOptions({
  queryKey: keys.bookings.upcoming,
  queryFn: ({ signal }) =>
    call('GET /api/bookings/', {
      query: toQuery({ upcoming: 'true', status: 'confirmed', per_page: HELD_MAX }),
      signal,
    }),
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
export const cancelledBookingsQuery = queryOptions({
  queryKey: keys.bookings.cancelled,
  queryFn: ({ signal }) =>
    call('GET /api/bookings/', {
      query: toQuery({ upcoming: 'true', status: 'cancelled', per_page: 20 }),
      signal,
    }),
})
