import { text } from 'node:stream/consumers'
import { startStub } from './stub-server.ts'

export type CollectedSpan = {
  service: string
  name: string
  kind: number
  traceId: string
  spanId: string
  parentSpanId: string | undefined
  links: string[]
  attributes: Record<string, unknown>
  isFailed: boolean
}

type Value = { stringValue?: string; intValue?: string | number }
type Exported = {
  resourceSpans: {
    resource: { attributes: { key: string; value: Value }[] }
    scopeSpans: {
      spans: {
        name: string
        kind: number
        traceId: string
        spanId: string
        parentSpanId?: string
        links?: { traceId: string }[]
        attributes: { key: string; value: Value }[]
        status?: { code?: number }
      }[]
    }[]
  }[]
}

/** Receives spans as OTLP over HTTP in JSON, as a collector does, and keeps them. */
export async function startSpanCollector() {
  const spans: CollectedSpan[] = []
  const { url, close } = await startStub(async (request, response) => {
    const sent = await text(request)
    if (request.url === '/v1/traces') spans.push(...readSpans(JSON.parse(sent)))
    response.setHeader('content-type', 'application/json').end('{}')
  })
  return {
    spans,
    /** What makes a service send its spans here, soon. */
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '100',
    },
    close,
  }
}

function readSpans({ resourceSpans }: Exported): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(toRecord(resource.attributes)['service.name'])
    return scopeSpans.flatMap(({ spans }) =>
      spans.map(({ name, kind, traceId, spanId, parentSpanId, links = [], attributes, status }) => ({
        service,
        name,
        kind,
        traceId,
        spanId,
        parentSpanId,
        links: links.map((link) => link.traceId),
        attributes: toRecord(attributes),
        isFailed: status?.code === 2,
      })),
    )
  })
}

const toRecord = (attributes: { key: string; value: Value }[]): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]))
