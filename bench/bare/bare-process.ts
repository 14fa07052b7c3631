/** A bare `node:http` server: it sends what was recorded, and does nothing else. The floor for any server in Node. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { serveRemote } from '../remote.ts'
import type { Recorded } from './recorded.ts'

const answers = new Map<string, { status: number; headers: string[]; body: Buffer }>()

const server = createServer((request, response) => {
  const answer = answers.get(request.url ?? '')
  if (!answer) {
    response.writeHead(404, { 'content-length': 0 }).end()
    return
  }
  if (request.method === 'GET') {
    response.writeHead(answer.status, answer.headers)
    response.end(answer.body)
    return
  }
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    response.writeHead(answer.status, answer.headers)
    response.end(answer.body)
  })
})
// As the product's, so that the header that tells of it has the same bytes.
server.keepAliveTimeout = 65_000

serveRemote({
  /** Port 0 finds a free one. */
  async listen({ port, reusePort }: { port: number; reusePort: boolean }) {
    server.listen({ port, host: '127.0.0.1', reusePort })
    await once(server, 'listening')
    return (server.address() as { port: number }).port
  },
  answer({ path, status, headers, body }: Recorded) {
    answers.set(path, { status, headers, body: Buffer.from(body) })
  },
})
