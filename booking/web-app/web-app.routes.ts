import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { BookingConfig } from '#booking/config.ts'
import type { Rates } from '#booking/rates/rates.ts'
import { databaseErrorToAppError } from '#shared/db/database-errors.ts'
import { AppError, tooBusy } from '#shared/errors/app-error.ts'
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
import { findPage, type Page } from './pages/page-address.rules.ts'
import { readTemplate } from './pages/page-template.ts'
import { createPublicPages, type PublicPageDeps, type PublicPages } from './pages/public-pages.ts'

export type WebAppDeps = PublicPageDeps & {
  config: Pick<BookingConfig, 'googleClientId'>
  limits: { rates: Rates }
}

const DIST = join(import.meta.dirname, '../../web/dist')
/** Unknown paths below these get a JSON 404, not the page. */
const NO_PAGES = ['/api/', '/assets/', '/docs/']
/** The name of a file changes with what is in it. */
const FOR_EVER = 'public, max-age=31536000, immutable'
/** Pages are exempt from load shedding, so the reads for them are bounded here. */
const READING_MAX = 100

type WebApp = {
  assets: Map<string, StaticFile>
  headers: Record<string, string>
  pages: PublicPages
  /** Sends the app to a browser whose URL cannot be read. */
  sendPage: SendPage
}

/** Returns the built web app: its files and its pages. Undefined when there is no build. */
export async function openWebApp(deps: WebAppDeps, dist = DIST): Promise<WebApp | undefined> {
  if (!existsSync(join(dist, 'index.html'))) return undefined
  const page = (await cacheFolder(dist, ['index.html'])).get('index.html') as StaticFile
  const text = page.bytes.toString()
  const headers = {
    'cache-control': 'no-cache',
    ...pagePolicy(text, deps.config.googleClientId !== undefined),
  }
  const pages = createPublicPages(deps, readTemplate(text))
  return {
    assets: await cacheFolder(join(dist, 'assets')),
    headers,
    pages,
    sendPage: (request, reply) =>
      wantsPage(request, undefined) ? sendFile(request, reply, pages.plain(), headers) : undefined,
  }
}

/** Serves a page at every path without a route; one that says so, with 404, where there is none. */
export function webAppRoutes(app: App, deps: WebAppDeps, { assets, headers, pages }: WebApp): void {
  let reading = 0
  /** Returns the page, or the app alone with the status that says why. */
  const render = async (
    page: Page | undefined,
    { ip }: FastifyRequest,
    reply: FastifyReply,
  ): Promise<StaticFile> => {
    reading++
    try {
      if (reading > READING_MAX) throw tooBusy()
      if (page && page.kind !== 'private') deps.limits.rates.read(ip)
      const { file, status } = await pages.render(page)
      reply.code(status)
      return file
    } catch (error) {
      const known = error instanceof AppError ? error : databaseErrorToAppError(error as Error)
      if (!known) throw error
      reply.code(known.status).headers(known.headers)
      return pages.plain()
    } finally {
      reading--
    }
  }
  serveFiles(app, '/assets', assets, FOR_EVER)
  app.get('/*', FILE_ROUTE, async (request, reply) => {
    const page = findPage(request.url)
    if (!wantsPage(request, page)) return reply.callNotFound()
    return sendFile(request, reply, await render(page, request, reply), headers)
  })
}

/** Browsers say that they want HTML. What takes anything, as monitors and previews do, gets pages where there are some. */
function wantsPage({ method, url, headers }: FastifyRequest, page: Page | undefined): boolean {
  const accept = headers.accept || '*/*'
  const isRead = method === 'GET' || method === 'HEAD'
  const isWanted = accept.includes('text/html') || (page !== undefined && /(\*|text)\/\*/.test(accept))
  return isRead && isWanted && !NO_PAGES.some((prefix) => `${url}/`.startsWith(prefix))
}
