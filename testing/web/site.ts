import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

const DOCUMENTED = readFileSync(join(import.meta.dirname, '../../docs/embedding.md'), 'utf8')
const [, SNIPPET = ''] = /```html\n(<script[\s\S]*?)```/.exec(DOCUMENTED) ?? []

/** The snippet of docs/embedding.md, with these attributes besides. */
export function documentedSnippet(api: string, attributes: Iterable<readonly [string, string]> = []): string {
  const added = [...attributes].map(([name, value]) => ` ${name}="${value}"`).join('')
  return SNIPPET.replace('https://booking.studio.example', api).replace(' async', ` async${added}`)
}

/** A site of somebody else, on an origin of its own. `show` answers every address with a page. */
export async function startSite(show: (url: URL) => { html: string; headers?: Record<string, string> }) {
  const server = createServer(({ url = '' }, response) => {
    const { html, headers = {} } = show(new URL(url, 'http://site'))
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(html)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export type Site = Awaited<ReturnType<typeof startSite>>
