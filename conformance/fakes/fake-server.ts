import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

// biome-ignore lint/suspicious/noExplicitAny: a fake reads what it is sent, and a fault may turn it into anything.
export type Json = any

export type FakeRequest = {
  /** `PUT /api/bookings/17/cancel` as `PUT /api/bookings/:id/cancel`. */
  endpoint: string
  id: number
  query: URLSearchParams
  token: string | undefined
  body: Json
}

export type Reply = { status: number; body: Json }

/** Changes a correct answer into a wrong one. */
export type Fault = (request: FakeRequest, reply: Reply) => void

export type FakeServer = AsyncDisposable & { url: string }

export const refuse = (status: number): Reply => ({ status, body: { error: `Refused with ${status}` } })

export async function serve(
  handle: (request: FakeRequest) => Reply | Promise<Reply>,
  fault: Fault = () => {},
): Promise<FakeServer> {
  async function replyTo(incoming: IncomingMessage): Promise<Reply> {
    const request = await read(incoming)
    if (!request) return refuse(400)
    const reply = await handle(request)
    fault(request, reply)
    return reply
  }

  const server = createServer(async (incoming, outgoing) => {
    const reply = await replyTo(incoming).catch(() => refuse(500))
    outgoing.writeHead(reply.status, { 'content-type': 'application/json' }).end(JSON.stringify(reply.body))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await server[Symbol.asyncDispose]()
    },
  }
}

export function page(items: Json[], query: URLSearchParams): { items: Json[]; pagination: Json } {
  const page = Number(query.get('page') ?? 1)
  const per_page = Math.min(100, Number(query.get('per_page') ?? 10))
  const total = items.length
  const pages = Math.ceil(total / per_page)
  return {
    items: items.slice((page - 1) * per_page, page * per_page),
    pagination: { page, pages, per_page, total, has_next: page < pages, has_prev: page > 1 },
  }
}

export function now(): string {
  return new Date().toISOString().slice(0, 19)
}

/** Undefined when the body is not JSON. */
async function read(incoming: IncomingMessage): Promise<FakeRequest | undefined> {
  let text = ''
  for await (const chunk of incoming) text += chunk
  const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://fake')
  try {
    return {
      endpoint: `${incoming.method} ${pathname.replace(/\/\d+/, '/:id')}`,
      id: Number(/\/(\d+)/.exec(pathname)?.[1]),
      query: searchParams,
      token: incoming.headers.authorization?.replace('Bearer ', ''),
      body: text ? JSON.parse(text) : {},
    }
  } catch {
    return undefined
  }
}
