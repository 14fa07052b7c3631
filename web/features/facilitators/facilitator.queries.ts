import { queryOptions } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type {
  Facilitator,
  FacilitatorPage,
  OneFacilitator,
} from '#booking/facilitators/facilitator.schema.ts'
import { request } from '#web/lib/api-client.ts'

const PAGES_MAX = 5

/** All of them: a studio has a handful. */
export const facilitatorsQuery = queryOptions({
  queryKey: ['facilitators', 'all'],
  queryFn: async ({ signal }) => {
    const all: Facilitator[] = []
    for (let page = 1; page <= PAGES_MAX; page++) {
      const path = `/api/facilitators/?per_page=100&page=${page}`
      const { facilitators, pagination } = await request<Static<typeof FacilitatorPage>>(path, { signal })
      all.push(...facilitators)
      if (!pagination.has_next) break
    }
    return all
  },
  staleTime: 5 * 60_000,
})

export const facilitatorQuery = (id: number) =>
  queryOptions({
    queryKey: ['facilitators', 'one', id],
    queryFn: ({ signal }) => request<Static<typeof OneFacilitator>>(`/api/facilitators/${id}`, { signal }),
  })
