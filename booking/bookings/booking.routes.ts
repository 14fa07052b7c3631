import { BOOKING_STATUSES } from '#booking/database/booking.table.ts'
import type { Db } from '#booking/database/database.ts'
import { IdempotencyHeader } from '#booking/idempotency/idempotency.schema.ts'
import { REPLAYED } from '#booking/idempotency/idempotency.service.ts'
import type { App } from '#shared/http/app.ts'
import { readChoice, readSwitch } from '#shared/http/requests/validation.ts'
import { toPagination, toSlice } from '#shared/http/schemas/pagination.ts'
import { errorResponses, IdParams } from '#shared/http/schemas/schemas.ts'
import type { Clock } from '#shared/lib/clock.ts'
import {
  BookingCancelled,
  BookingCreated,
  BookingPage,
  BookingQuery,
  BookingUpdated,
  CreateBooking,
  EditBooking,
  OneBooking,
} from './booking.schema.ts'
import type { BookingDeps } from './booking.service.ts'
import * as bookings from './booking.service.ts'
import * as bookingStore from './booking.store.ts'
import { editNote } from './booking-note.service.ts'
import { type CancellationDeps, cancel } from './cancellation.service.ts'

type BookingRouteDeps = BookingDeps & CancellationDeps & { clock: Clock; db: Db }

const tags = ['Bookings']

export function bookingRoutes(app: App, deps: BookingRouteDeps): void {
  app.post(
    '/api/bookings/',
    {
      config: { isAdmittedByStatement: true },
      schema: {
        tags,
        summary: 'Create Booking',
        body: CreateBooking,
        headers: IdempotencyHeader,
        response: { 201: BookingCreated, ...errorResponses(401, 404, 409, 422) },
      },
    },
    async (request, reply) => {
      const { body, headers } = request
      const key = headers['idempotency-key']
      if (key === undefined) return reply.code(201).send(await bookings.book(deps, request, body))
      const answer = await bookings.bookOnce(deps, request, body, key)
      if (answer.isReplay) reply.headers(REPLAYED)
      return reply.code(201).send(answer.body)
    },
  )

  app.get(
    '/api/bookings/',
    {
      schema: {
        tags,
        summary: 'Get User Bookings',
        querystring: BookingQuery,
        response: { 200: BookingPage, ...errorResponses(401) },
      },
    },
    async ({ caller, query }) => {
      const now = deps.clock.now()
      const filter = {
        user_id: caller.id,
        status: readChoice('status', query.status, BOOKING_STATUSES),
        event_id: query.event_id,
        endsAfter: readSwitch('upcoming', query.upcoming) ? now : undefined,
        endedBy: readSwitch('past', query.past) ? now : undefined,
      }
      const { bookings, total } = await bookingStore.list(deps.db, filter, { slice: toSlice(query), now })
      return { bookings, pagination: toPagination(query, total) }
    },
  )

  app.get(
    '/api/bookings/:id',
    {
      schema: {
        tags,
        summary: 'Get Booking Details',
        params: IdParams,
        response: { 200: OneBooking, ...errorResponses(401, 404) },
      },
    },
    async ({ caller, params }) => ({ booking: await bookings.getOwn(deps, caller, params.id) }),
  )

  app.put(
    '/api/bookings/:id',
    {
      schema: {
        tags,
        summary: 'Edit Booking',
        description: 'Changes the note to the facilitator, until the event is over.',
        params: IdParams,
        body: EditBooking,
        response: { 200: BookingUpdated, ...errorResponses(401, 404) },
      },
    },
    async ({ caller, params, body }) => ({
      message: 'Booking updated successfully',
      booking: await editNote(deps, caller, params.id, body),
    }),
  )

  app.put(
    '/api/bookings/:id/cancel',
    {
      schema: {
        tags,
        summary: 'Cancel Booking',
        params: IdParams,
        response: { 200: BookingCancelled, ...errorResponses(401, 404) },
      },
    },
    async ({ caller, params }) => ({
      message: 'Booking cancelled successfully',
      booking: await cancel(deps, caller, params.id),
    }),
  )
}
