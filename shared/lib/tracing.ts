/**
 * Spans for OpenTelemetry, which is loaded only when somebody is to receive them: until then a span is undefined, and
 * asking for one costs a comparison. Decision 0038.
 */
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

export type Attributes = Record<string, string | number>

export type SpanOptions = {
  kind?: 'server' | 'client'
  /** Without one it begins a trace. */
  parent?: Parent | undefined
  /** What it also belongs to. */
  links?: Parent[]
  attributes?: Attributes
}

export type Tracing = { begin(name: string, options: SpanOptions): Span; stop(): Promise<void> }

let tracing: Tracing | undefined

export const isTracing = (): boolean => tracing !== undefined

export const beginSpan = (name: string, options: SpanOptions): Span | undefined =>
  tracing?.begin(name, options)

export const traceParentOf = (parent: Parent | undefined): string | undefined =>
  typeof parent === 'object' ? parent.traceParent : parent

/** Where spans go, and how many, the standard `OTEL_…` variables say, which the library reads by itself. */
export async function startTracing(serviceName: string): Promise<void> {
  const { createTracing } = await import('./open-telemetry.ts')
  tracing = createTracing(serviceName)
}

/** Sends what waits. */
export async function stopTracing(): Promise<void> {
  const stopped = tracing?.stop()
  tracing = undefined
  await stopped
}
