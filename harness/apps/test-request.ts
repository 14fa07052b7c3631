import { buffer } from 'node:stream/consumers'
import type { InjectOptions } from 'fastify'
import type { App } from '#shared/http/app.ts'

// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape, and asserts what it finds.
type TestResponse = { status: number; headers: Record<string, unknown>; body: any }

export type TestRequest = (
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD' | 'OPTIONS' | 'PATCH',
  url: string,
  options?: { body?: unknown; token?: string | undefined; headers?: Record<string, string> },
) => Promise<TestResponse>

/** Speaks HTTP to the app without a socket. Bodies that are strings are sent as they are, others as JSON. */
export function requester(app: App): TestRequest {
  return async (method, url, { body, token, headers = {} } = {}) => {
    const response = await inject(app, {
      method,
      url,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const isJson =
      method !== 'HEAD' && String(response.headers['content-type']).startsWith('application/json')
    return {
      status: response.statusCode,
      headers: response.headers,
      body: isJson ? JSON.parse(response.body) : response.body,
    }
  }
}

/** Like `app.inject`, but leaves a stream of events, which has no end, when it has begun. */
export async function inject(app: App, options: InjectOptions) {
  const { statusCode, headers, raw, stream } = await app.inject({ ...options, payloadAsStream: true })
  const isEndless = String(headers['content-type']).startsWith('text/event-stream')
  if (isEndless) raw.res.destroy()
  // As it was sent: decoding it as text would leave out a byte order mark.
  return { statusCode, headers, body: isEndless ? '' : (await buffer(stream())).toString() }
}
