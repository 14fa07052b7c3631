import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { call } from '#web/lib/api/call.ts'
import { keys } from '#web/lib/query-keys.ts'
import { toQuery } from '#web/lib/search-params.ts'
import { type UserSearch, usersQueryOf } from './user-search.ts'

export const usersQuery = (search: UserSearch) =>
  queryOptions({
    queryKey: keys.users.page(usersQueryOf(search)),
    queryFn: ({ signal }) => call('GET /api/users', { query: usersQueryOf(search), signal }),
    placeholderData: keepPreviousData,
  })

/** The number of admins who can log in. */
export const adminCountQuery = queryOptions({
  queryKey: keys.users.admins,
  queryFn: async ({ signal }) => {
    const query = toQuery({ role: 'admin', status: 'active', per_page: 1 })
    return (await call('GET /api/users', { query, signal })).pagination.total
  },
})
