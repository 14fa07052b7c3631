import { queryOptions } from '@tanstack/react-query'
import { call } from '#web/lib/api/call.ts'
import { keys } from '#web/lib/query-keys.ts'

export const dashboardQuery = (facilitator_id: number) =>
  queryOptions({
    queryKey: keys.dashboard.one(facilitator_id),
    queryFn: ({ signal }) =>
      call('GET /api/facilitators/{id}/dashboard', { params: { id: facilitator_id }, signal }),
  })
