import { queryOptions } from '@tanstack/react-query'
import { call } from '../api/call.ts'
import { keys } from '../query-keys.ts'

/** The account that is logged in, with its roles. */
export const accountQuery = queryOptions({
  queryKey: keys.account.own,
  queryFn: ({ signal }) => call('GET /api/auth/account', { signal }),
  staleTime: 5 * 60_000,
})
