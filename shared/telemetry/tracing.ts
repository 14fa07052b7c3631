import type { Parent, Span, SpanOptions, Tracing } from './open-telemetry.ts'

export type { Parent, Span } from './open-telemetry.ts'

/** OpenTelemetry is loaded only when tracing is configured; otherwise `beginSpan` returns undefined (decision 0038). */
let tracing: Tracing | undefined

export const isTracing = (): boolean => tracing !== undefined

export const beginSpan = (name: string, options: SpanOptions): Span | undefined =>
  tracing?.begin(name, options)

export const traceParentOf = (parent: Parent | undefined): string | undefined =>
  typeof parent === 'object' ? parent.traceParent : parent

/** Exporter and sampling follow the standard `OTEL_…` variables. */
export async function startTracing(serviceName: string): Promise<void> {
  const { createTracing } = await import('./open-telemetry.ts')
  tracing = createTracing(serviceName)
}

/** Resolves when the spans that wait have been exported. */
export async function stopTracing(): Promise<void> {
  const stopped = tracing?.stop()
  tracing = undefined
  await stopped
}
