import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type { BookingPage } from '#booking/bookings/booking.schema.ts'
import { request } from '#web/lib/api-client.ts'

type Page = Static<typeof BookingPage>

export const bookingKeys = { all: ['bookings'] as const, upcoming: ['bookings', 'upcoming'] as const }

/** More seats than this nobody holds at once. */
const HELD_MAX = 100

/** The seats that somebody holds, the next one first. */
export const upcomingBookingsQuery = queryOptions({
  queryKey: bookingKeys.upcoming,
  queryFn: ({ signal }) =>
    request<Page>(`/api/bookings/?upcoming=true&status=confirmed&per_page=${HELD_MAX}`, { signal }),
})

/** What is over, the latest first. */
export const pastBookingsQuery = (page: number) =>
  queryOptions({
    queryKey: [...bookingKeys.all, 'past', page],
    queryFn: ({ signal }) => request<Page>(`/api/bookings/?past=true&per_page=10&page=${page}`, { signal }),
    placeholderData: keepPreviousData,
  })

/** What was given up before it began. */
export const cancelledBookingsQuery = queryOptions({
  queryKey: [...bookingKeys.all, 'cancelled'],
  queryFn: ({ signal }) =>
    request<Page>('/api/bookings/?upcoming=true&status=cancelled&per_page=20', { signal }),
})
