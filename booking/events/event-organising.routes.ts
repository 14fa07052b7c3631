import type { Deps } from '#booking/deps.ts'
import { bodyFaults } from '#shared/http/field-faults.ts'
import { errorResponses, IdParams } from '#shared/http/schemas.ts'
import type { App } from '#shared/http/server.ts'
import {
  CancelEvent,
  CreateEvent,
  EditEvent,
  EventCancelled,
  EventCreated,
  EventUpdated,
} from './event-organising.schema.ts'
import * as organising from './event-organising.service.ts'

const tags = ['Events']

/** For facilitators, about their own events, and for admins. */
export function eventOrganisingRoutes(app: App, deps: Deps): void {
  app.post(
    '/api/events/',
    {
      attachValidation: true,
      schema: {
        tags,
        summary: 'Create Event',
        body: CreateEvent,
        response: { 201: EventCreated, ...errorResponses(401, 403, 404) },
      },
    },
    async (request, reply) => {
      const event = await organising.create(deps, request.caller, request.body, bodyFaults(request))
      return reply.code(201).send({ message: 'Event created successfully', event })
    },
  )

  app.put(
    '/api/events/:id',
    {
      attachValidation: true,
      schema: {
        tags,
        summary: 'Edit Event',
        description: 'Fields that are left out stay as they are; null clears those that may be empty.',
        params: IdParams,
        body: EditEvent,
        response: { 200: EventUpdated, ...errorResponses(401, 403, 404, 409) },
      },
    },
    async (request) => {
      const { caller, params, body } = request
      const result = await organising.edit(deps, caller, params.id, body, bodyFaults(request))
      return { message: 'Event updated successfully', ...result }
    },
  )

  app.put(
    '/api/events/:id/cancel',
    {
      schema: {
        tags,
        summary: 'Cancel Event',
        description: 'Cancels everybody’s booking too, and tells the CRM of each.',
        params: IdParams,
        body: CancelEvent,
        response: { 200: EventCancelled, ...errorResponses(401, 403, 404) },
      },
    },
    async ({ caller, params, body }) => {
      const result = await organising.cancel(deps, caller, params.id, body)
      return { message: 'Event cancelled successfully', ...result }
    },
  )
}
