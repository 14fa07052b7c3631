import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { Deps } from '#booking/deps.ts'
import type { App } from '#shared/http/server.ts'
import { pagePolicy } from './page-policy.ts'

const DIST = join(import.meta.dirname, '../../web/dist')
/** Whatever else is asked for below these is no page. */
const NO_PAGES = ['/api/', '/assets/', '/docs/']

/** The built web app: its files, and its one page at every address that no route has. Without a build there is none. */
export async function webAppRoutes(app: App, { config }: Pick<Deps, 'config'>, dist = DIST): Promise<void> {
  const page = join(dist, 'index.html')
  if (!existsSync(page)) return
  const headers = {
    'cache-control': 'no-cache',
    ...pagePolicy(readFileSync(page, 'utf8'), config.googleClientId !== undefined),
  }
  await app.register(fastifyStatic, {
    root: join(dist, 'assets'),
    prefix: '/assets/',
    preCompressed: true,
    // The name of a file changes with what is in it.
    immutable: true,
    maxAge: '365d',
  })

  app.get('/*', { schema: { hide: true } }, (request, reply) => {
    if (!wantsPage(request.url, request.headers.accept)) return reply.callNotFound()
    return reply.headers(headers).sendFile('index.html', dist, { cacheControl: false })
  })
}

function wantsPage(url: string, accept = ''): boolean {
  return accept.includes('text/html') && !NO_PAGES.some((prefix) => `${url}/`.startsWith(prefix))
}
