import type { Database, Db } from '#booking/database/database.ts'
import { MAIL_STATUSES } from '#booking/database/mail.table.ts'
import { requireAdmin } from '#booking/identity/sessions/authenticate.ts'
import type { Reads } from '#shared/db/high-availability/replica-reads.ts'
import type { App } from '#shared/http/app.ts'
import { readChoice } from '#shared/http/requests/validation.ts'
import { toPagination, toSlice } from '#shared/http/schemas/pagination.ts'
import { errorResponses, IdParams } from '#shared/http/schemas/schemas.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import { MailPage, MailQuery, MailRetried, OneMail } from './mail.schema.ts'
import { get, list, retry } from './mail.service.ts'
import * as mailStore from './queue/mail.store.ts'
import type { Mail } from './sending/post.ts'

type MailRouteDeps = { db: Db; clock: Clock; mail: Mail; databases: { reads: Reads<Database> } }

const tags = ['Mail']

/** What was and will be written to people, for admins. */
export function mailRoutes(app: App, deps: MailRouteDeps): void {
  app.get(
    '/api/mail',
    {
      onRequest: requireAdmin,
      schema: {
        tags,
        summary: 'Get Mails',
        description: 'What was and will be written to people, the newest first; 90 days long. For admins.',
        querystring: MailQuery,
        response: { 200: MailPage, ...errorResponses(401, 403) },
      },
    },
    async ({ query }) => {
      const filter = {
        status: readChoice('status', query.status, MAIL_STATUSES),
        search: query.search?.trim(),
      }
      const [{ mails, total }, { waiting, oldest_at }] = await deps.databases.reads((db) =>
        Promise.all([list(db, filter, toSlice(query)), mailStore.summarise(db, deps.clock.now())]),
      )
      const health = {
        is_on: deps.mail.isOn,
        is_server_away: deps.mail.breaker.isOpen(),
        waiting,
        oldest_at: oldest_at && toWireTime(oldest_at),
      }
      return { mails, health, pagination: toPagination(query, total) }
    },
  )

  app.get(
    '/api/mail/:id',
    {
      onRequest: requireAdmin,
      schema: {
        tags,
        summary: 'Get Mail',
        description: 'As it was sent. For admins.',
        params: IdParams,
        response: { 200: OneMail, ...errorResponses(401, 403, 404) },
      },
    },
    async ({ params }) => ({ mail: await get(deps.db, params.id) }),
  )

  app.post(
    '/api/mail/:id/retry',
    {
      onRequest: requireAdmin,
      schema: {
        tags,
        summary: 'Retry Mail',
        description:
          'Sends a mail that failed, waits for another attempt, or was dropped for its address, as soon as possible; the address is written to again. For admins.',
        params: IdParams,
        response: { 200: MailRetried, ...errorResponses(401, 403, 404, 409) },
      },
    },
    async ({ caller, params }) => ({
      message: 'The mail is sent as soon as possible',
      mail: await retry(deps, caller.id, params.id),
    }),
  )
}
