import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Deps } from '#booking/deps.ts'
import { FILE_ROUTE, type KeptFile, keepFolder, sendFile, serveFiles } from '#shared/http/kept-files.ts'
import type { App } from '#shared/http/server.ts'
import { pagePolicy } from './page-policy.ts'

const DIST = join(import.meta.dirname, '../../web/dist')
/** Whatever else is asked for below these is no page. */
const NO_PAGES = ['/api/', '/assets/', '/docs/']
/** The name of a file changes with what is in it. */
const FOR_EVER = 'public, max-age=31536000, immutable'

/** The built web app: its files, and its one page at every address that no route has. Without a build there is none. */
export async function webAppRoutes(app: App, { config }: Pick<Deps, 'config'>, dist = DIST): Promise<void> {
  if (!existsSync(join(dist, 'index.html'))) return
  const page = (await keepFolder(dist, ['index.html'])).get('index.html') as KeptFile
  const headers = {
    'cache-control': 'no-cache',
    ...pagePolicy(page.bytes.toString(), config.googleClientId !== undefined),
  }
  serveFiles(app, '/assets', await keepFolder(join(dist, 'assets')), FOR_EVER)

  app.get('/*', FILE_ROUTE, (request, reply) => {
    if (!wantsPage(request.url, request.headers.accept)) return reply.callNotFound()
    return sendFile(request, reply, page, headers)
  })
}

function wantsPage(url: string, accept = ''): boolean {
  return accept.includes('text/html') && !NO_PAGES.some((prefix) => `${url}/`.startsWith(prefix))
}
