import { requireAdmin } from '#booking/auth/authenticate.ts'
import type { Deps } from '#booking/deps.ts'
import type { App } from '#shared/http/app.ts'
import { readChoice, readTime } from '#shared/http/requests/validation.ts'
import { toPagination, toSlice } from '#shared/http/schemas/pagination.ts'
import { errorResponses } from '#shared/http/schemas/schemas.ts'
import { AUDIT_SUBJECTS, AuditLogPage, AuditLogQuery } from './audit-log.schema.ts'
import * as auditLog from './audit-log.store.ts'

export function auditLogRoutes(app: App, deps: Deps): void {
  app.get(
    '/api/audit-log',
    {
      onRequest: requireAdmin,
      schema: {
        tags: ['Operations'],
        summary: 'Who Did What',
        description: 'Changes of events, bookings, facilitators and accounts, newest first. For admins.',
        querystring: AuditLogQuery,
        response: { 200: AuditLogPage, ...errorResponses(401, 403) },
      },
    },
    async ({ query }) => {
      const { subject_id, actor_id } = query
      const filter = {
        subject: readChoice('subject', query.subject, AUDIT_SUBJECTS),
        subject_id,
        actor_id,
        action: query.action?.trim().toLowerCase(),
        from: readTime('from', query.from),
        to: readTime('to', query.to),
      }
      const { entries, total } = await deps.reads((db) => auditLog.list(db, filter, toSlice(query)))
      return { entries, pagination: toPagination(query, total) }
    },
  )
}
