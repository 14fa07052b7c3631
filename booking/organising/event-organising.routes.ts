import type { Event } from '#booking/events/event.schema.ts'
import { IdempotencyHeader } from '#booking/idempotency/idempotency.schema.ts'
import { REPLAYED } from '#booking/idempotency/idempotency.service.ts'
import { bodyFaults } from '#shared/errors/field-faults.ts'
import type { App } from '#shared/http/app.ts'
import { readChoice } from '#shared/http/requests/validation.ts'
import { errorResponses, IdParams } from '#shared/http/schemas/schemas.ts'
import { cancel, type EventCancellingDeps } from './event-cancelling.service.ts'
import { createOnce, type EventCreatingDeps } from './event-creating.service.ts'
import { type EventEditingDeps, edit } from './event-editing.service.ts'
import {
  CancelEvent,
  CreateEvent,
  EditEvent,
  EventCancelled,
  EventCreated,
  EventUpdated,
  SCOPES,
  ScopeQuery,
} from './event-organising.schema.ts'

type EventOrganisingRouteDeps = EventCancellingDeps & EventCreatingDeps & EventEditingDeps

const tags = ['Events']

/** For facilitators, about their own events, and for admins. */
export function eventOrganisingRoutes(app: App, deps: EventOrganisingRouteDeps): void {
  app.post(
    '/api/events/',
    {
      attachValidation: true,
      schema: {
        tags,
        summary: 'Create Event',
        description: 'With a `recurrence`, all events of a series.',
        body: CreateEvent,
        headers: IdempotencyHeader,
        response: { 201: EventCreated, ...errorResponses(401, 403, 404, 422) },
      },
    },
    async (request, reply) => {
      const { caller, body: input, headers } = request
      const key = headers['idempotency-key']
      const { events, series_id, isReplay } = await createOnce(deps, caller, input, bodyFaults(request), key)
      if (isReplay) reply.headers(REPLAYED)
      const message = series_id === null ? 'Event created successfully' : 'Series created successfully'
      const body = series_id === null ? only(events) : { series_id, events }
      return reply.code(201).send({ message, ...body })
    },
  )

  app.put(
    '/api/events/:id',
    {
      attachValidation: true,
      schema: {
        tags,
        summary: 'Edit Event',
        description:
          'Fields that are left out stay as they are; null clears those that may be empty. In a series, new times move the others by as much on the clock of their zone, and a new `timezone` without times keeps the time of the clock of each.',
        params: IdParams,
        querystring: ScopeQuery,
        body: EditEvent,
        response: { 200: EventUpdated, ...errorResponses(401, 403, 404, 409) },
      },
    },
    async (request) => {
      const faults = bodyFaults(request)
      const target = { id: request.params.id, scope: readScope(request.query.scope) }
      const { events, clashes } = await edit(deps, request.caller, target, request.body, faults)
      const message = `${target.scope === 'this' ? 'Event' : 'Events'} updated successfully`
      const body = target.scope === 'this' ? only(events) : { events }
      return { message, ...body, ...(clashes !== undefined && { clashes }) }
    },
  )

  app.put(
    '/api/events/:id/cancel',
    {
      schema: {
        tags,
        summary: 'Cancel Event',
        description:
          'Cancels everybody’s booking too, and tells the CRM of each. Events that are part of this one stay, unless `with_parts` is true.',
        params: IdParams,
        querystring: ScopeQuery,
        body: CancelEvent,
        response: { 200: EventCancelled, ...errorResponses(401, 403, 404) },
      },
    },
    async ({ caller, params, query, body }) => {
      const target = { id: params.id, scope: readScope(query.scope) }
      const { events, ...counts } = await cancel(deps, caller, target, body)
      const message = `${target.scope === 'this' ? 'Event' : 'Events'} cancelled successfully`
      return { message, ...(target.scope === 'this' ? only(events) : { events }), ...counts }
    },
  )
}

const readScope = (text: string | undefined) => readChoice('scope', text, SCOPES) ?? 'this'

function only([event]: Event[]): { event: Event } {
  if (!event) throw new Error('The event that was just written is gone')
  return { event }
}
