import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { call } from '#web/lib/api/call.ts'
import { keys } from '#web/lib/query-keys.ts'
import { toQuery } from '#web/lib/search-params.ts'

const PER_PAGE = 15

export const auditLogQuery = (subject: string | undefined, page: number) =>
  queryOptions({
    queryKey: keys.auditLog.page(subject ?? '', page),
    queryFn: ({ signal }) =>
      call('GET /api/audit-log', { query: toQuery({ page, per_page: PER_PAGE, subject }), signal }),
    placeholderData: keepPreviousData,
  })
