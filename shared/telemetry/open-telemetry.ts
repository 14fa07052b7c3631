import { api, NodeSDK, resources } from '@opentelemetry/sdk-node'
import { codeOf } from '#shared/errors/error-facts.ts'

export type Span = {
  /** The W3C `traceparent` header. */
  traceParent: string
  set(attributes: Attributes): void
  /** Records the kind of the error. Never its message, which may contain personal data. */
  fail(error: unknown): void
  end(): void
}

/** A span of this process, or a `traceparent` header from another one. */
export type Parent = Span | string

type Attributes = Record<string, string | number>

export type SpanOptions = {
  kind?: 'server' | 'client'
  /** Without a parent the span is the root of a new trace. */
  parent?: Parent | undefined
  links?: Parent[]
  attributes?: Attributes
}

export type Tracing = { begin(name: string, options: SpanOptions): Span; stop(): Promise<void> }

/**
 * The OpenTelemetry SDK without its automatic instrumentation and metrics; parents are passed explicitly. Exporter, sampler
 * and limits follow the standard `OTEL_…` variables (decision 0038).
 */
export function createTracing(serviceName: string): Tracing {
  const sdk = new NodeSDK({
    serviceName,
    metricReaders: [],
    logRecordProcessors: [],
    // Null switches the context manager off, which the library supports and its types leave out.
    contextManager: null as never,
    textMapPropagator: null,
    resourceDetectors: [resources.envDetector, resources.hostDetector, resources.serviceInstanceIdDetector],
  })
  sdk.start()
  const tracer = api.trace.getTracer('stillpoint')
  return {
    begin: (name, options) => toSpan(tracer.startSpan(name, ...toArguments(options))),
    stop: () => sdk.shutdown(),
  }
}

function toArguments({
  kind,
  parent,
  links = [],
  attributes = {},
}: SpanOptions): [api.SpanOptions, api.Context] {
  const context = readParent(parent)
  return [
    {
      kind: kind === undefined ? api.SpanKind.INTERNAL : KINDS[kind],
      attributes,
      links: links.flatMap((each) => {
        const linked = readParent(each)
        return linked ? [{ context: linked }] : []
      }),
    },
    context ? api.trace.setSpanContext(api.ROOT_CONTEXT, context) : api.ROOT_CONTEXT,
  ]
}

const KINDS = { server: api.SpanKind.SERVER, client: api.SpanKind.CLIENT }

/** Undefined for an invalid header, which must not fail the request. */
function readParent(parent: Parent | undefined): api.SpanContext | undefined {
  if (parent === undefined) return undefined
  const header = typeof parent === 'string' ? parent : parent.traceParent
  const [, traceId = '', spanId = '', flags = ''] = TRACE_PARENT.exec(header) ?? []
  const context = {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: typeof parent === 'string',
  }
  return api.isSpanContextValid(context) ? context : undefined
}

const TRACE_PARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/

function toSpan(span: api.Span): Span {
  const { traceId, spanId, traceFlags } = span.spanContext()
  let isOver = false
  return {
    traceParent: `00-${traceId}-${spanId}-${(traceFlags & 1).toString(16).padStart(2, '0')}`,
    set: (attributes: Attributes) => void span.setAttributes(attributes),
    fail(error) {
      span.setStatus({ code: api.SpanStatusCode.ERROR })
      span.setAttribute('error.type', kindOf(error))
    },
    end() {
      if (!isOver) span.end()
      isOver = true
    },
  }
}

function kindOf(error: unknown): string {
  if (typeof error === 'number') return String(error)
  return codeOf(error) ?? (error instanceof Error ? error.name : 'unknown')
}
