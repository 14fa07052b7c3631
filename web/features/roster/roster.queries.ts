import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { call } from '#web/lib/api/call.ts'
import { keys } from '#web/lib/query-keys.ts'
import { toQuery } from '#web/lib/search-params.ts'

const MARKS_EVERY_MS = 5_000

/** The API's largest page. */
const PER_PAGE = 100

export const rosterQuery = (event_id: number, page: number) =>
  queryOptions({
    queryKey: keys.roster.page(event_id, page),
    queryFn: ({ signal }) =>
      call('GET /api/events/{id}/bookings', {
        params: { id: event_id },
        query: toQuery({ per_page: PER_PAGE, page }),
        signal,
      }),
    placeholderData: keepPreviousData,
    // Two people at the door see each other's marks, which no stream tells. Only while the page is looked at.
    refetchInterval: MARKS_EVERY_MS,
  })

/** The waiting list as organisers see it: the first hundred entries, in order. */
export const waitlistEntriesQuery = (event_id: number) =>
  queryOptions({
    queryKey: keys.waitlist.entries(event_id),
    queryFn: ({ signal }) =>
      call('GET /api/events/{id}/waitlist', {
        params: { id: event_id },
        query: toQuery({ per_page: PER_PAGE }),
        signal,
      }),
  })
