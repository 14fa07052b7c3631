import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyRequest } from 'fastify'
import type { BookingConfig } from '#booking/config.ts'
import type { App } from '#shared/http/app.ts'
import type { SendPage } from '#shared/http/responses/error-handler.ts'
import {
  cacheFolder,
  FILE_ROUTE,
  type StaticFile,
  sendFile,
  serveFiles,
} from '#shared/http/responses/static-files.ts'
import { pagePolicy } from './page-policy.ts'

type WebAppRouteDeps = { config: Pick<BookingConfig, 'googleClientId'> }

const DIST = join(import.meta.dirname, '../../web/dist')
/** Unknown paths below these get a JSON 404, not the page. */
const NO_PAGES = ['/api/', '/assets/', '/docs/']
/** The name of a file changes with what is in it. */
const FOR_EVER = 'public, max-age=31536000, immutable'

type WebApp = { assets: Map<string, StaticFile>; sendPage: SendPage }

/** Returns the built web app: its files and its page. Undefined when there is no build. */
export async function openWebApp({ config }: WebAppRouteDeps, dist = DIST): Promise<WebApp | undefined> {
  if (!existsSync(join(dist, 'index.html'))) return undefined
  const page = (await cacheFolder(dist, ['index.html'])).get('index.html') as StaticFile
  const headers = {
    'cache-control': 'no-cache',
    ...pagePolicy(page.bytes.toString(), config.googleClientId !== undefined),
  }
  return {
    assets: await cacheFolder(join(dist, 'assets')),
    sendPage: (request, reply) => (wantsPage(request) ? sendFile(request, reply, page, headers) : undefined),
  }
}

/** Serves the page at every path without a route. */
export function webAppRoutes(app: App, { assets, sendPage }: WebApp): void {
  serveFiles(app, '/assets', assets, FOR_EVER)
  app.get('/*', FILE_ROUTE, (request, reply) => sendPage(request, reply) ?? reply.callNotFound())
}

function wantsPage({ method, url, headers: { accept = '' } }: FastifyRequest): boolean {
  const isRead = method === 'GET' || method === 'HEAD'
  return isRead && accept.includes('text/html') && !NO_PAGES.some((prefix) => `${url}/`.startsWith(prefix))
}
