import { queryOptions } from '@tanstack/react-query'
import { call } from '#web/lib/api/call.ts'
import { keys } from '#web/lib/query-keys.ts'

/** The reader's place, and how many people wait. */
export const waitlistQuery = (event_id: number) =>
  queryOptions({
    queryKey: keys.waitlist.event(event_id),
    queryFn: ({ signal }) => call('GET /api/events/{id}/waitlist', { params: { id: event_id }, signal }),
  })

/** All waiting lists that the reader is on, up to a hundred. */
export const ownWaitlistQuery = queryOptions({
  queryKey: keys.waitlist.own,
  queryFn: ({ signal }) => call('GET /api/bookings/waitlist', { query: 'per_page=100', signal }),
})
