import { queryOptions } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type {
  Facilitator,
  FacilitatorPage,
  OneFacilitator,
} from '#booking/facilitators/facilitator.schema.ts'
import { request } from '#web/lib/api-client.ts'

const PAGES_MAX = 5

/** Those who lead events. */
export const facilitatorsQuery = queryOptions({
  queryKey: ['facilitators', 'all'],
  queryFn: ({ signal }) => readAll('active', signal),
  staleTime: 5 * 60_000,
})

/** Also those who no longer do, for admins: they may take them back. */
export const everyFacilitatorQuery = queryOptions({
  queryKey: ['facilitators', 'every'],
  queryFn: ({ signal }) => readAll('all', signal),
})

export const facilitatorQuery = (id: number) =>
  queryOptions({
    queryKey: ['facilitators', 'one', id],
    queryFn: ({ signal }) => request<Static<typeof OneFacilitator>>(`/api/facilitators/${id}`, { signal }),
  })

/** A studio has a handful. */
async function readAll(status: 'active' | 'all', signal: AbortSignal): Promise<Facilitator[]> {
  const all: Facilitator[] = []
  for (let page = 1; page <= PAGES_MAX; page++) {
    const path = `/api/facilitators/?status=${status}&per_page=100&page=${page}`
    const { facilitators, pagination } = await request<Static<typeof FacilitatorPage>>(path, { signal })
    all.push(...facilitators)
    if (!pagination.has_next) break
  }
  return all
}
