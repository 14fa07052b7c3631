import { queryOptions } from '@tanstack/react-query'
import { call } from '#web/lib/api/call.ts'
import { keys } from '#web/lib/query-keys.ts'

/** All waiting lists that the reader is on, up to a hundred. */
export const ownWaitlistQuery = queryOptions({
  queryKey: keys.waitlist.own,
  queryFn: ({ signal }) => call('GET /api/bookings/waitlist', { query: 'per_page=100', signal }),
})
