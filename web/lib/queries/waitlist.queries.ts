import { queryOptions } from '@tanstack/react-query'
import { call } from '../api/call.ts'
import { keys } from '../query-keys.ts'

/** The reader's place, and how many people wait. */
export const waitlistQuery = (event_id: number) =>
  queryOptions({
    queryKey: keys.waitlist.event(event_id),
    queryFn: ({ signal }) => call('GET /api/events/{id}/waitlist', { params: { id: event_id }, signal }),
  })
