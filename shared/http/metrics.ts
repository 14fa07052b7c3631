import type { Registry } from 'prom-client'
import type { App } from './server.ts'

/** Figures for Prometheus at `/metrics`. They count things and name nobody. */
export function serveMetrics(app: App, registry: Registry): void {
  app.get('/metrics', { config: { isVital: true }, schema: { hide: true } }, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  )
}
