import type { Database, Db } from '#booking/database/database.ts'
import { requireAdmin } from '#booking/identity/sessions/authenticate.ts'
import type { Reads } from '#shared/db/high-availability/replica-reads.ts'
import type { App } from '#shared/http/app.ts'
import { readChoice } from '#shared/http/requests/validation.ts'
import { toPagination, toSlice } from '#shared/http/schemas/pagination.ts'
import { errorResponses, IdParams } from '#shared/http/schemas/schemas.ts'
import type { Clock } from '#shared/lib/clock.ts'
import type { Done } from './account-status.service.ts'
import {
  BookingsCancelled,
  CancelBookings,
  OneUser,
  UpdateUser,
  USER_ROLES,
  USER_STATUSES,
  UserPage,
  UserQuery,
  UserUpdated,
} from './admin.schema.ts'
import type { AdminDeps } from './admin.service.ts'
import * as admin from './admin.service.ts'
import * as adminStore from './admin.store.ts'
import { type CancelBookingsDeps, cancelBookingsFor } from './cancel-bookings.service.ts'

type AdminRouteDeps = AdminDeps &
  CancelBookingsDeps & { clock: Clock; db: Db; databases: { reads: Reads<Database> } }

const tags = ['Users']

const MESSAGES: Record<Done, string> = {
  closed: 'Account closed, and logged out everywhere',
  reopened: 'Account opened again',
  demoted: 'No longer an admin, and logged out everywhere',
  taken_over: 'The account has the password that you gave, and is logged out everywhere',
  made_admin: 'Now an admin',
}

/** Accounts of others: for admins; cancelling their bookings also for facilitators (decision 0046). */
export function userAdminRoutes(app: App, deps: AdminRouteDeps): void {
  app.get(
    '/api/users',
    {
      onRequest: requireAdmin,
      schema: {
        tags,
        summary: 'Get Users',
        description: 'Accounts, the newest first; deleted ones are left out. For admins.',
        querystring: UserQuery,
        response: { 200: UserPage, ...errorResponses(401, 403) },
      },
    },
    async ({ query }) => {
      const filter = {
        search: query.search?.trim(),
        status: readChoice('status', query.status, USER_STATUSES),
        role: readChoice('role', query.role, USER_ROLES),
      }
      const now = deps.clock.now()
      const { users, total } = await deps.databases.reads((db) =>
        adminStore.list(db, filter, now, toSlice(query)),
      )
      return { users, pagination: toPagination(query, total) }
    },
  )

  app.get(
    '/api/users/:id',
    {
      onRequest: requireAdmin,
      schema: {
        tags,
        summary: 'Get User',
        description: 'For admins.',
        params: IdParams,
        response: { 200: OneUser, ...errorResponses(401, 403, 404) },
      },
    },
    async ({ params }) => ({ user: await adminStore.get(deps.db, params.id, deps.clock.now()) }),
  )

  app.put(
    '/api/users/:id',
    {
      onRequest: requireAdmin,
      schema: {
        tags,
        summary: 'Update User',
        description:
          'Closes an account, opens it again, makes an admin of it or takes that away. For admins.',
        params: IdParams,
        body: UpdateUser,
        response: { 200: UserUpdated, ...errorResponses(401, 403, 404, 409) },
      },
    },
    async ({ caller, params, body }) => {
      const { done, cancelled_bookings, unused } = await admin.update(deps, caller.id, params.id, body)
      const what =
        done.length > 0 ? done.map((each) => MESSAGES[each]).join('. ') : 'Nothing had to be changed'
      return {
        message: [what, ...unused.map((field) => `The ${field} that you gave was not used`)].join('. '),
        user: await adminStore.get(deps.db, params.id, deps.clock.now()),
        cancelled_bookings,
      }
    },
  )

  app.post(
    '/api/users/:id/cancel-bookings',
    {
      schema: {
        tags,
        summary: "Cancel a Person's Bookings",
        description:
          'Gives up what they have ahead, seats and places in line: for an admin all of it, for a facilitator what is at events that they lead.',
        params: IdParams,
        body: CancelBookings,
        response: { 200: BookingsCancelled, ...errorResponses(401, 403, 404) },
      },
    },
    async ({ caller, params, body }) => ({
      message: 'Bookings cancelled successfully',
      ...(await cancelBookingsFor(deps, caller, params.id, body)),
    }),
  )
}
