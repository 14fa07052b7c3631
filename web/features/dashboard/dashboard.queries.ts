import { queryOptions } from '@tanstack/react-query'
import type { FacilitatorDashboard } from '#booking/crm-link/studio/crm-access.schema.ts'
import { request } from '#web/lib/api-client.ts'

const ALL = ['dashboard'] as const

export const dashboardQuery = (facilitator_id: number) =>
  queryOptions({
    queryKey: [...ALL, facilitator_id],
    queryFn: ({ signal }) =>
      request<FacilitatorDashboard>(`/api/facilitators/${facilitator_id}/dashboard`, { signal }),
  })
