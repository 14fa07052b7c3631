import type { Db } from '#booking/database/database.ts'
import { WAITLIST_STATUSES } from '#booking/database/waitlist.table.ts'
import type { App } from '#shared/http/app.ts'
import { readChoice } from '#shared/http/requests/validation.ts'
import { toPagination, toSlice } from '#shared/http/schemas/pagination.ts'
import { errorResponses, IdParams } from '#shared/http/schemas/schemas.ts'
import {
  JoinWaitlist,
  OwnWaitlist,
  OwnWaitlistQuery,
  WaitlistJoined,
  WaitlistLeft,
  WaitlistOfEvent,
  WaitlistQuery,
} from './waitlist.schema.ts'
import type { WaitlistDeps } from './waitlist.service.ts'
import * as waitlist from './waitlist.service.ts'
import * as waitlistStore from './waitlist.store.ts'

type WaitlistRouteDeps = WaitlistDeps & { db: Db }

const tags = ['Waitlist']

export function waitlistRoutes(app: App, deps: WaitlistRouteDeps): void {
  app.post(
    '/api/events/:id/waitlist',
    {
      config: { isAdmittedByStatement: true },
      schema: {
        tags,
        summary: 'Join Waitlist',
        description: 'For full events. A seat that becomes free goes to the first in line, as a booking.',
        params: IdParams,
        body: JoinWaitlist,
        response: { 201: WaitlistJoined, ...errorResponses(401, 404, 409) },
      },
    },
    async (request, reply) => {
      const place = await waitlist.join(deps, request, request.params.id, request.body)
      return reply.code(201).send({ message: 'You are on the waiting list', waitlist: place })
    },
  )

  app.get(
    '/api/events/:id/waitlist',
    {
      schema: {
        tags,
        summary: 'Get Waitlist',
        description: "The caller's own place and how many wait; the organiser and admins also see who.",
        params: IdParams,
        querystring: WaitlistQuery,
        response: { 200: WaitlistOfEvent, ...errorResponses(401, 404) },
      },
    },
    async ({ caller, params, query }) => {
      const view = await waitlist.getView(deps, caller, params.id, toSlice(query))
      return view.entries ? { ...view, pagination: toPagination(query, view.waiting) } : view
    },
  )

  app.delete(
    '/api/events/:id/waitlist',
    {
      schema: {
        tags,
        summary: 'Leave Waitlist',
        params: IdParams,
        response: { 200: WaitlistLeft, ...errorResponses(401, 404) },
      },
    },
    async ({ caller, params }) => {
      await waitlist.leave(deps, caller, params.id)
      return { message: 'You have left the waiting list' }
    },
  )

  app.get(
    '/api/bookings/waitlist',
    {
      schema: {
        tags,
        summary: 'Get Own Waitlist Entries',
        querystring: OwnWaitlistQuery,
        response: { 200: OwnWaitlist, ...errorResponses(401) },
      },
    },
    async ({ caller, query }) => {
      const status = readChoice('status', query.status, [...WAITLIST_STATUSES, 'all']) ?? 'waiting'
      const filter = { user_id: caller.id, status: status === 'all' ? undefined : status }
      const { entries, total } = await waitlistStore.listOwn(deps.db, filter, toSlice(query))
      return { waitlist: entries, pagination: toPagination(query, total) }
    },
  )
}
