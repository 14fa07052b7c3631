import type { IncomingMessage } from 'node:http'
import { REQUEST_ID } from '#shared/http/requests/request-id.ts'
import { currentRequest } from '#shared/telemetry/request-context.ts'
import { beginSpan, isTracing, type Span } from '#shared/telemetry/tracing.ts'

/** A request that has come in. `route` is its template: what is counted must not be as many as there are ids. */
export function beginServerSpan(
  { method = '', url = '', headers }: IncomingMessage,
  route: string | undefined,
): Span | undefined {
  if (!isTracing()) return undefined
  const parent = headers.traceparent
  return beginSpan(route === undefined ? method : `${method} ${route}`, {
    kind: 'server',
    parent: typeof parent === 'string' ? parent : undefined,
    attributes: {
      'http.request.method': method,
      'url.path': url.split('?', 1)[0] ?? '',
      ...(route !== undefined && { 'http.route': route }),
    },
  })
}

/** A request that goes out, to whatever `url` is without its query, which may be about a person. */
export function beginClientSpan(method: string, url: string): Span | undefined {
  if (!isTracing()) return undefined
  const { host, hostname, port, protocol, pathname } = new URL(url)
  return beginSpan(method, {
    kind: 'client',
    parent: currentRequest()?.parent,
    attributes: {
      'http.request.method': method,
      'server.address': hostname,
      'server.port': Number(port || (protocol === 'https:' ? 443 : 80)),
      'url.full': `${protocol}//${host}${pathname}`,
    },
  })
}

export function endHttpSpan(span: Span, status: number): void {
  span.set({ 'http.response.status_code': status })
  if (status >= 500) span.fail(status)
  span.end()
}

/** Lets the other side say in its log, and in its part of the trace, on whose behalf it was asked. */
export function contextHeaders(span: Span | undefined): Record<string, string> {
  const id = currentRequest()?.id
  return { ...(id !== undefined && { [REQUEST_ID]: id }), ...(span && { traceparent: span.traceParent }) }
}
