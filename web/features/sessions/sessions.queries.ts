import { queryOptions } from '@tanstack/react-query'
import { call } from '#web/lib/api/call.ts'
import { keys } from '#web/lib/query-keys.ts'

export const sessionsQuery = queryOptions({
  queryKey: keys.account.sessions,
  queryFn: ({ signal }) => call('GET /api/auth/sessions', { signal }),
})
