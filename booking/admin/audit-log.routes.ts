import { AuditLogPage, AuditLogQuery } from '#booking/audit-log/audit-log.schema.ts'
import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import { AUDIT_SUBJECTS } from '#booking/database/audit-log.table.ts'
import type { Database } from '#booking/database/database.ts'
import { requireAdmin } from '#booking/identity/sessions/authenticate.ts'
import type { Reads } from '#shared/db/high-availability/replica-reads.ts'
import type { App } from '#shared/http/app.ts'
import { readChoice, readTime } from '#shared/http/requests/validation.ts'
import { toPagination, toSlice } from '#shared/http/schemas/pagination.ts'
import { errorResponses } from '#shared/http/schemas/schemas.ts'
import { lowerAscii } from '#shared/lib/ascii-case.ts'

type AuditLogRouteDeps = { databases: { reads: Reads<Database> } }

export function auditLogRoutes(app: App, deps: AuditLogRouteDeps): void {
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
        action: lowerAscii(query.action?.trim() ?? '') || undefined,
        from: readTime('from', query.from),
        to: readTime('to', query.to),
      }
      const { entries, total } = await deps.databases.reads((db) => auditLog.list(db, filter, toSlice(query)))
      return { entries, pagination: toPagination(query, total) }
    },
  )
}
