import { once } from 'node:events'
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'

/** A request to be sent. */
export type Sent = { method: string; url: string; headers: Record<string, string>; body?: string }

const waitMilliseconds = 500

/**
 * Announces the body's length and waits a moment before sending it. A service that refuses by the length
 * closes the connection at once, and a client still busy sending would lose the answer to a reset.
 */
export async function uploadAnnounced({ method, url, headers, body = '' }: Sent): Promise<Response> {
  const { request } = url.startsWith('https:') ? https : http
  const outgoing = request(url, {
    method,
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    signal: AbortSignal.timeout(10_000),
  })
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>
  // A reset after the answer is ignored; one before it rejects `answered`.
  outgoing.on('error', () => {})
  outgoing.flushHeaders()
  const early = await Promise.race([answered, pause(waitMilliseconds)])
  if (!early) outgoing.end(body)
  const [incoming] = await answered
  const init = { status: incoming.statusCode ?? 0, headers: incoming.headers as Record<string, string> }
  const response = new Response(await text(incoming), init)
  outgoing.destroy()
  return response
}
