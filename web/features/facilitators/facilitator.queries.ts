import { queryOptions } from '@tanstack/react-query'
import { call } from '#web/lib/api/call.ts'
import type { Facilitator } from '#web/lib/api/contract.ts'
import { readFacilitator, readFacilitators } from '#web/lib/queries/open-reads.ts'
import { keys } from '#web/lib/query-keys.ts'
import { toQuery } from '#web/lib/search-params.ts'

const PAGES_MAX = 5

export const facilitatorsQuery = queryOptions({
  queryKey: keys.facilitators.active,
  queryFn: ({ signal }) => readAll(readFacilitators, {}, signal),
  staleTime: 5 * 60_000,
})

/** Including inactive ones, whom admins may reactivate. */
export const everyFacilitatorQuery = queryOptions({
  queryKey: keys.facilitators.every,
  queryFn: ({ signal }) =>
    readAll((query, signal) => call('GET /api/facilitators/', { query, signal }), { status: 'all' }, signal),
})

export const facilitatorQuery = (id: number) =>
  queryOptions({
    queryKey: keys.facilitators.one(id),
    queryFn: ({ signal }) => readFacilitator(id, signal),
  })

/** At most five hundred. */
async function readAll(
  read: typeof readFacilitators,
  filter: { status?: 'all' },
  signal: AbortSignal,
): Promise<Facilitator[]> {
  const all: Facilitator[] = []
  for (let page = 1; page <= PAGES_MAX; page++) {
    const query = toQuery({ ...filter, per_page: 100, page })
    const { facilitators, pagination } = await read(query, signal)
    all.push(...facilitators)
    if (!pagination.has_next) break
  }
  return all
}
