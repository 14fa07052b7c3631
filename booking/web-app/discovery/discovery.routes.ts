import Type from 'typebox'
import type { BookingConfig } from '#booking/config.ts'
import type { Database } from '#booking/database/database.ts'
import type { Rates } from '#booking/rates/rates.ts'
import type { Reads } from '#shared/db/high-availability/replica-reads.ts'
import type { App } from '#shared/http/app.ts'
import { cacheFile, FILE_ROUTE, sendFile } from '#shared/http/responses/static-files.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { createSitemap } from './sitemap.ts'

type DiscoveryRouteDeps = {
  config: Pick<BookingConfig, 'publicUrl'>
  clock: Clock
  limits: { rates: Rates }
  databases: { reads: Reads<Database> }
}

const ONE_HOUR = { 'cache-control': 'public, max-age=3600' }

/** What crawlers read first. Sitemaps hold absolute addresses, so there is none without PUBLIC_URL. */
export function discoveryRoutes(app: App, deps: DiscoveryRouteDeps): void {
  const { publicUrl } = deps.config
  const robots = cacheFile('robots.txt', robotsText(publicUrl))
  app.get('/robots.txt', FILE_ROUTE, (request, reply) => sendFile(request, reply, robots, ONE_HOUR))
  if (publicUrl === undefined) return

  const sitemap = createSitemap(deps, publicUrl)
  app.get('/sitemap.xml', { schema: { hide: true } }, async (request, reply) => {
    deps.limits.rates.read(request.ip)
    return sendFile(request, reply, await sitemap.root(), ONE_HOUR)
  })
  app.get(
    '/sitemap/:name.xml',
    { schema: { hide: true, params: Type.Object({ name: Type.String() }) } },
    async (request, reply) => {
      deps.limits.rates.read(request.ip)
      const file = await sitemap.part(request.params.name)
      return file ? sendFile(request, reply, file, ONE_HOUR) : reply.callNotFound()
    },
  )
}

/** Crawlers that run scripts need what the pages read. */
const robotsText = (publicUrl: string | undefined) => `User-agent: *
Allow: /api/programme
Allow: /api/settings
Disallow: /api/
Disallow: /docs
${publicUrl === undefined ? '' : `\nSitemap: ${publicUrl}/sitemap.xml\n`}`
