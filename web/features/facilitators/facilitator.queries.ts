import { queryOptions } from '@tanstack/react-query'
import { call } from '#web/lib/api/call.ts'
import type { Facilitator } from '#web/lib/api/contract.ts'
import { keys } from '#web/lib/query-keys.ts'
import { toQuery } from '#web/lib/search-params.ts'

const PAGES_MAX = 5

export const facilitatorsQuery = queryOptions({
  queryKey: keys.facilitators.active,
  queryFn: ({ signal }) => readAll('active', signal),
  staleTime: 5 * 60_000,
})

/** Including inactive ones, whom admins may reactivate. */
export const everyFacilitatorQuery = queryOptions({
  queryKey: keys.facilitators.every,
  queryFn: ({ signal }) => readAll('all', signal),
})

export const facilitatorQuery = (id: number) =>
  queryOptions({
    queryKey: keys.facilitators.one(id),
    queryFn: ({ signal }) => call('GET /api/facilitators/{id}', { params: { id }, signal }),
  })

/** At most five hundred. */
async function readAll(status: 'active' | 'all', signal: AbortSignal): Promise<Facilitator[]> {
  const all: Facilitator[] = []
  for (let page = 1; page <= PAGES_MAX; page++) {
    const query = toQuery({ status, per_page: 100, page })
    const { facilitators, pagination } = await call('GET /api/facilitators/', { query, signal })
    all.push(...facilitators)
    if (!pagination.has_next) break
  }
  return all
}
