import type { IncomingMessage } from 'node:http'
import { REQUEST_ID } from '#shared/http/requests/request-id.ts'
import { currentRequest } from '#shared/telemetry/request-context.ts'
import { beginSpan, isTracing, type Span } from '#shared/telemetry/tracing.ts'

/** The span of an incoming request; undefined without tracing. `route` is the template, because span names must be few. */
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

/** The span of an outgoing request; undefined without tracing. The query is left out, since it may contain personal data. */
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

/** Headers that pass the id and the trace of the current request on to another service (decision 0039). */
export function contextHeaders(span: Span | undefined): Record<string, string> {
  const id = currentRequest()?.id
  return { ...(id !== undefined && { [REQUEST_ID]: id }), ...(span && { traceparent: span.traceParent }) }
}
