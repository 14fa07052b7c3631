import type { Programme } from '#booking/programme/programme.service.ts'
import type { Rates } from '#booking/rates/rates.ts'
import { notFound } from '#shared/errors/app-error.ts'
import type { App } from '#shared/http/app.ts'
import { cacheFile, FILE_ROUTE, type StaticFile, sendFile } from '#shared/http/responses/static-files.ts'
import { IdParams } from '#shared/http/schemas/schemas.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { createReadCache } from '#shared/lib/read-cache.ts'
import { coverSvg, viewOf } from './cover.rules.ts'
import { ICONS, INK, iconSvg, PAPER } from './icon.rules.ts'
import { createPngRenderer } from './png-renderer.ts'

type PictureRouteDeps = {
  clock: Clock
  limits: { rates: Rates }
  programme: Programme
}

/** Some eighty covers. */
const KEPT_MAX_BYTES = 8 * 1024 * 1024
const DAY_MS = 86_400_000
/** A cover changes when its event is moved to another hour. */
const ONE_HOUR = 'public, max-age=3600, stale-while-revalidate=86400'
const ONE_DAY = 'public, max-age=86400'

const MANIFEST = JSON.stringify({
  name: 'Stillpoint',
  short_name: 'Stillpoint',
  description: 'Sessions and retreats: see what is on and book your seat.',
  start_url: '/',
  scope: '/',
  display: 'standalone',
  background_color: PAPER,
  theme_color: INK,
  icons: Object.entries(ICONS)
    .filter(([name]) => !name.startsWith('apple'))
    .map(([name, { size, isMaskable }]) => ({
      src: `/icons/${name}`,
      sizes: `${size}x${size}`,
      type: 'image/png',
      purpose: isMaskable ? 'maskable' : 'any',
    })),
})

/** The picture of each event for previews of links, and what a home screen needs. */
export function pictureRoutes(app: App, deps: PictureRouteDeps): void {
  const renderer = createPngRenderer()
  app.addHook('onClose', () => renderer.close())
  const drawn = createReadCache<StaticFile>(deps.clock, {
    maxBytes: KEPT_MAX_BYTES,
    freshMs: DAY_MS,
    bytesOf: ({ bytes }) => bytes.length,
  })
  const draw = (key: string, svg: () => string) =>
    drawn.read(key, async () => cacheFile('picture.png', await renderer.render(svg())))

  app.get('/events/:id/cover.png', { schema: { hide: true, params: IdParams } }, async (request, reply) => {
    deps.limits.rates.read(request.ip)
    const found = await deps.programme.event(request.params.id)
    if (!found) throw notFound('event')
    const view = viewOf(found.event)
    const file = await draw(JSON.stringify(view), () => coverSvg(view))
    return sendFile(request, reply, file, { 'cache-control': ONE_HOUR })
  })

  for (const [name, icon] of Object.entries(ICONS))
    app.get(`/icons/${name}`, FILE_ROUTE, async (request, reply) =>
      sendFile(request, reply, await draw(name, () => iconSvg(icon)), { 'cache-control': ONE_DAY }),
    )

  const manifest = cacheFile('manifest.webmanifest', MANIFEST)
  app.get('/manifest.webmanifest', FILE_ROUTE, (request, reply) =>
    sendFile(request, reply, manifest, { 'cache-control': ONE_DAY }),
  )
}
