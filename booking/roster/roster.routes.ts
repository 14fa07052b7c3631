import { BookingCancelled } from '#booking/bookings/booking.schema.ts'
import type { BookingConfig } from '#booking/config.ts'
import { BOOKING_STATUSES } from '#booking/database/booking.table.ts'
import type { Db } from '#booking/database/database.ts'
import type { App } from '#shared/http/app.ts'
import type { Exports } from '#shared/http/limits/exports.ts'
import { readChoice } from '#shared/http/requests/validation.ts'
import { jsonOrFile, readFileFormat, sendTable } from '#shared/http/responses/send-table.ts'
import { toPagination, toSlice } from '#shared/http/schemas/pagination.ts'
import { errorResponses, IdParams } from '#shared/http/schemas/schemas.ts'
import type { DeskDeps } from './desk.service.ts'
import * as desk from './desk.service.ts'
import {
  BookingMarked,
  BookingOfEventParams,
  MarkAttendance,
  MarkPayment,
  RosterPage,
  RosterQuery,
} from './roster.schema.ts'
import type { RosterDeps } from './roster.service.ts'
import * as roster from './roster.service.ts'
import * as rosterStore from './roster.store.ts'
import { rosterTable } from './roster-table.ts'

type RosterRouteDeps = DeskDeps &
  RosterDeps & { db: Db; config: Pick<BookingConfig, 'currency'>; limits: { exports: Exports } }

const tags = ['Roster']

/** Attendance and payments of an event, for its facilitator and admins. */
export function rosterRoutes(app: App, deps: RosterRouteDeps): void {
  app.get(
    '/api/events/:id/bookings',
    {
      config: { isExport: true },
      schema: {
        tags,
        summary: 'Get Roster',
        description: 'Bookings of an event by name, for its facilitator and admins.',
        params: IdParams,
        querystring: RosterQuery,
        response: { 200: jsonOrFile(RosterPage), ...errorResponses(401, 403, 404, 429) },
      },
    },
    async ({ caller, params, query }, reply) => {
      const event = await roster.getOrganisedEvent(deps, caller, params.id)
      const filter = { event_id: params.id, status: readChoice('status', query.status, BOOKING_STATUSES) }
      const format = readFileFormat(query)
      if (format) {
        deps.limits.exports.begin(reply.raw, caller.id)
        return sendTable(reply, format, `event-${params.id}-bookings`, rosterTable(deps, event, filter))
      }
      const { bookings, total } = await rosterStore.list(deps.db, filter, toSlice(query))
      return { bookings, pagination: toPagination(query, total) }
    },
  )

  app.put(
    '/api/events/:id/bookings/:booking_id/cancel',
    {
      schema: {
        tags,
        summary: "Cancel an Attendee's Booking",
        description: 'Until the event begins, whatever its deadline for attendees.',
        params: BookingOfEventParams,
        response: { 200: BookingCancelled, ...errorResponses(401, 403, 404) },
      },
    },
    async ({ caller, params }) => ({
      message: 'Booking cancelled successfully',
      booking: await roster.cancel(deps, caller, { event_id: params.id, id: params.booking_id }),
    }),
  )

  app.put(
    '/api/bookings/:id/attendance',
    {
      schema: {
        tags,
        summary: 'Mark Attendance',
        description:
          '`attended` checks in, from a day before the start on; `no_show` from the start on; null takes it back.',
        params: IdParams,
        body: MarkAttendance,
        response: { 200: BookingMarked, ...errorResponses(401, 403, 404, 409) },
      },
    },
    async ({ caller, params, body }) => ({
      message: 'Attendance marked successfully',
      booking: await desk.markAttendance(deps, caller, params.id, body),
    }),
  )

  app.put(
    '/api/bookings/:id/payment',
    {
      schema: {
        tags,
        summary: 'Mark Payment',
        description: 'Only what is paid can be refunded, also after the booking was cancelled.',
        params: IdParams,
        body: MarkPayment,
        response: { 200: BookingMarked, ...errorResponses(401, 403, 404, 409) },
      },
    },
    async ({ caller, params, body }) => ({
      message: 'Payment marked successfully',
      booking: await desk.markPayment(deps, caller, params.id, body),
    }),
  )
}
