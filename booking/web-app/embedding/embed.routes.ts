import { createHash } from 'node:crypto'
import Type from 'typebox'
import type { BookingConfig } from '#booking/config.ts'
import { readFilter } from '#booking/events/event.routes.ts'
import type { PublicEvent } from '#booking/events/event.schema.ts'
import type { EventCache } from '#booking/events/event-cache.ts'
import type { Rates } from '#booking/rates/rates.ts'
import type { App } from '#shared/http/app.ts'
import { readChoice } from '#shared/http/requests/validation.ts'
import { PUBLIC_BRIEFLY } from '#shared/http/responses/send-public.ts'
import { cacheFile, FILE_ROUTE, type StaticFile, sendFile } from '#shared/http/responses/static-files.ts'
import { Id } from '#shared/http/schemas/schemas.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { createReadCache } from '#shared/lib/read-cache.ts'
import { embedPage, THEMES } from './embed-page.rules.ts'
import { EMBED_SCRIPT, HEIGHT_SCRIPT } from './embed-script.ts'

type EmbedRouteDeps = {
  config: Pick<BookingConfig, 'embedOrigins' | 'publicUrl' | 'currency'>
  clock: Clock
  limits: { rates: Rates }
  caches: { events: EventCache }
}

const LISTED = { limit: 24, offset: 0 }
const KEPT_MAX_BYTES = 2 * 1024 * 1024
/** As old as cached events may be (decision 0009). */
const FRESH_MS = 1_000
const ONE_HOUR = { 'cache-control': 'public, max-age=3600' }

const EmbedQuery = Type.Object({
  type: Type.Optional(Type.String()),
  facilitator_id: Type.Optional(Id),
  theme: Type.Optional(Type.String()),
})

/** The list of events for other sites (docs/embedding.md). Only this page may be in a frame, and only on EMBED_ORIGINS. */
export function embedRoutes(app: App, { config, clock, limits, caches }: EmbedRouteDeps): void {
  const { embedOrigins, publicUrl: origin, currency } = config
  const headers = { 'cache-control': PUBLIC_BRIEFLY, 'content-security-policy': policyFor(embedOrigins) }
  const pages = createReadCache<StaticFile>(clock, {
    maxBytes: KEPT_MAX_BYTES,
    freshMs: FRESH_MS,
    bytesOf: ({ bytes }) => 2 * bytes.length,
  })
  app.get('/embed/events', { schema: { hide: true, querystring: EmbedQuery } }, async (request, reply) => {
    const { query, ip } = request
    const theme = readChoice('theme', query.theme, THEMES)
    const asked = readFilter(query)
    limits.rates.read(ip)
    const file = await pages.read(JSON.stringify([asked, theme]), async () => {
      const filter = { ...asked, status: 'ACTIVE' as const, endsAfter: clock.now() }
      const { body } = await caches.events.page(filter, LISTED, (events) => events, 'public')
      return cacheFile(
        'embed.html',
        embedPage(JSON.parse(body) as PublicEvent[], { origin, currency, theme }),
      )
    })
    // `frame-ancestors` takes its place: it knows no list of origins.
    if (embedOrigins.length > 0) reply.removeHeader('x-frame-options')
    return sendFile(request, reply, file, headers)
  })

  const script = cacheFile('embed.js', EMBED_SCRIPT)
  app.get('/embed.js', FILE_ROUTE, (request, reply) => sendFile(request, reply, script, ONE_HOUR))
}

function policyFor(origins: string[]): string {
  const hash = createHash('sha256').update(HEIGHT_SCRIPT).digest('base64')
  return [
    "default-src 'none'",
    `script-src 'sha256-${hash}'`,
    "style-src 'unsafe-inline'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${origins.length > 0 ? origins.join(' ') : "'none'"}`,
  ].join('; ')
}
