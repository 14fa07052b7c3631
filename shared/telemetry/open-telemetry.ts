import { api, NodeSDK, resources } from '@opentelemetry/sdk-node'

export type Span = {
  /** As the W3C header has it. */
  traceParent: string
  set(attributes: Attributes): void
  /** Notes of what kind the fault is. Never its text, which may repeat what somebody has sent. */
  fail(error: unknown): void
  end(): void
}

/** A span of this process, or the header that another one has written. */
export type Parent = Span | string

type Attributes = Record<string, string | number>

export type SpanOptions = {
  kind?: 'server' | 'client'
  /** Without one it begins a trace. */
  parent?: Parent | undefined
  /** What it also belongs to. */
  links?: Parent[]
  attributes?: Attributes
}

export type Tracing = { begin(name: string, options: SpanOptions): Span; stop(): Promise<void> }

/**
 * The library as it comes, without what it could do by itself: it patches no module and measures nothing, and spans
 * find their parents through us. Exporter, sampler, limits and the rest follow the standard variables.
 */
export function createTracing(serviceName: string): Tracing {
  const sdk = new NodeSDK({
    serviceName,
    metricReaders: [],
    logRecordProcessors: [],
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

/** Undefined for a header that is none: whoever sent it, the request is no worse for it. */
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
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown }
  return String(code ?? name ?? 'unknown')
}
