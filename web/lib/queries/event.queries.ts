import { queryOptions } from '@tanstack/react-query'
import { call } from '../api/call.ts'
import { keys } from '../query-keys.ts'

export const eventQuery = (id: number) =>
  queryOptions({
    queryKey: keys.events.one(id),
    queryFn: ({ signal }) => call('GET /api/events/{id}', { params: { id }, signal }),
  })
