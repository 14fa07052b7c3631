import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type { AuditLogPage } from '#booking/audit-log/audit-log.schema.ts'
import { request } from '#web/lib/api-client.ts'

const PER_PAGE = 15

export const auditLogQuery = (subject: string | undefined, page: number) =>
  queryOptions({
    queryKey: ['audit-log', subject ?? '', page],
    queryFn: ({ signal }) => {
      const query = new URLSearchParams({
        page: String(page),
        per_page: String(PER_PAGE),
        ...(subject && { subject }),
      })
      return request<Static<typeof AuditLogPage>>(`/api/audit-log?${query}`, { signal })
    },
    placeholderData: keepPreviousData,
  })
