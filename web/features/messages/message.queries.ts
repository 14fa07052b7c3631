import { queryOptions } from '@tanstack/react-query'
import { call } from '#web/lib/api/call.ts'
import { keys } from '#web/lib/query-keys.ts'

/** How many people a message to everybody of an event would go to. */
export const audienceQuery = (event_id: number) =>
  queryOptions({
    queryKey: keys.messages.audience(event_id),
    queryFn: ({ signal }) =>
      call('GET /api/events/{id}/messages/audience', { params: { id: event_id }, signal }),
  })
