import type { BookingConfig } from '#booking/config.ts'
import type { App } from '#shared/http/app.ts'
import type { KeyedSemaphore } from '#shared/http/limits/keyed-semaphore.ts'
import { isKnown, sendCalendar, tagOf } from '#shared/http/responses/send-calendar.ts'
import { errorResponses, IdParams, Unchanged } from '#shared/http/schemas/schemas.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import { CalendarFile, FeedClosed, FeedOpened, FeedQuery, OpenFeed } from './calendar.schema.ts'
import type { CalendarDeps } from './calendar.service.ts'
import * as calendars from './calendar.service.ts'

type CalendarRouteDeps = CalendarDeps & {
  config: Pick<BookingConfig, 'publicUrl'>
  limits: { feeds: KeyedSemaphore }
}

const tags = ['Calendars']

/** For calendar programs, which cannot log in: the token in the URL authenticates. */
export function calendarFeedRoute(app: App, deps: CalendarRouteDeps): void {
  app.get(
    '/api/bookings/calendar.ics',
    {
      schema: {
        tags,
        summary: 'Subscribe to Bookings',
        description:
          'One’s bookings as a calendar to subscribe to. Cancelled ones stay for 30 days, as cancelled.',
        querystring: FeedQuery,
        response: { 200: CalendarFile, 304: Unchanged, ...errorResponses(401, 429) },
      },
    },
    async ({ query: { token = '' }, headers }, reply) => {
      // One response per token at a time: each holds its file in memory until the client has read it.
      await deps.limits.feeds.acquire(token, reply.raw)
      const { etag, text } = await calendars.ofBookings(deps, token)
      return sendCalendar(reply, 'bookings.ics', { etag, text: isKnown(headers, etag) ? '' : await text() })
    },
  )
}

export function calendarRoutes(app: App, deps: CalendarRouteDeps): void {
  app.get(
    '/api/events/:id/calendar.ics',
    {
      schema: {
        tags,
        summary: 'Get Event as Calendar File',
        params: IdParams,
        response: { 200: CalendarFile, 304: Unchanged, ...errorResponses(401, 404) },
      },
    },
    async ({ caller, params }, reply) => {
      const text = await calendars.ofEvent(deps, caller, params.id)
      return sendCalendar(reply, `event-${params.id}.ics`, { etag: tagOf(text), text })
    },
  )

  app.post(
    '/api/bookings/calendar-token',
    {
      schema: {
        tags,
        summary: 'Create Address of Calendar',
        description: 'A secret address to subscribe to. An earlier one stops working.',
        response: { 201: FeedOpened, ...errorResponses(401) },
      },
    },
    async ({ caller, protocol, host }, reply) => {
      const token = await calendars.openFeed(deps, caller)
      const origin = deps.config.publicUrl ?? `${protocol}://${host}`
      const url = `${origin}/api/bookings/calendar.ics?token=${token}`
      return reply.code(201).send({ message: 'Calendar address created successfully', url, token })
    },
  )

  app.get(
    '/api/bookings/calendar-token',
    {
      schema: {
        tags,
        summary: 'Get Address of Calendar',
        description:
          'Since when one is open; the secret itself is only told once. It ends with the sessions of the account.',
        response: { 200: OpenFeed, ...errorResponses(401, 404) },
      },
    },
    async ({ caller }) => ({ opened_at: toWireTime(await calendars.getOpenedAt(deps, caller)) }),
  )

  app.delete(
    '/api/bookings/calendar-token',
    {
      schema: {
        tags,
        summary: 'Revoke Address of Calendar',
        response: { 200: FeedClosed, ...errorResponses(401, 404) },
      },
    },
    async ({ caller }) => {
      await calendars.closeFeed(deps, caller)
      return { message: 'Calendar address revoked successfully' }
    },
  )
}
