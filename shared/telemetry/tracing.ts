import type { Parent, Span, SpanOptions, Tracing } from './open-telemetry.ts'

export type { Parent, Span } from './open-telemetry.ts'

/**
 * Spans for OpenTelemetry, which is loaded only when somebody is to receive them: until then a span is undefined, and
 * asking for one costs a comparison. Decision 0038.
 */
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
