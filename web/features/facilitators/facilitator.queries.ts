import { queryOptions } from '@tanstack/react-query'
import { call } from '#web/lib/api/call.ts'
import { readAllFacilitators } from '#web/lib/queries/facilitators.queries.ts'
import { readFacilitator } from '#web/lib/queries/open-reads.ts'
import { keys } from '#web/lib/query-keys.ts'

/** Including inactive ones, whom admins may reactivate. */
export const everyFacilitatorQuery = queryOptions({
  queryKey: keys.facilitators.every,
  queryFn: ({ signal }) =>
    readAllFacilitators(
      (query, signal) => call('GET /api/facilitators/', { query, signal }),
      { status: 'all' },
      signal,
    ),
})

export const facilitatorQuery = (id: number) =>
  queryOptions({
    queryKey: keys.facilitators.one(id),
    queryFn: ({ signal }) => readFacilitator(id, signal),
  })
