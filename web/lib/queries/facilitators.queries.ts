import { queryOptions } from '@tanstack/react-query'
import type { Facilitator } from '../api/contract.ts'
import { keys } from '../query-keys.ts'
import { toQuery } from '../search-params.ts'
import { readFacilitators } from './open-reads.ts'

const PAGES_MAX = 5

/** Those who lead events at present. */
export const facilitatorsQuery = queryOptions({
  queryKey: keys.facilitators.active,
  queryFn: ({ signal }) => readAllFacilitators(readFacilitators, {}, signal),
  staleTime: 5 * 60_000,
})

/** At most five hundred. */
export async function readAllFacilitators(
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
