import { queryOptions } from '@tanstack/react-query'
import { call } from '../api/call.ts'
import { keys } from '../query-keys.ts'

export const settingsQuery = queryOptions({
  queryKey: keys.settings,
  queryFn: ({ signal }) => call('GET /api/settings', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
})
