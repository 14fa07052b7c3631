import cluster, { type Worker } from 'node:cluster'
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { AggregatorRegistry, type Registry } from 'prom-client'
import { unauthorized, unavailable } from '#shared/errors/app-error.ts'
import type { App } from '#shared/http/app.ts'
import { bearerToken } from '#shared/http/requests/bearer-token.ts'
import { isDirect } from '#shared/http/requests/client-address.ts'

const noFigures = () =>
  unavailable('metrics_unavailable', 'Not all processes have told their figures: please ask again.', 1)

const notAnOperator = () =>
  unauthorized(
    'metrics_closed',
    'Figures are for operators: send METRICS_TOKEN as bearer token, or ask on the machine itself.',
  )

/**
 * Serves `/metrics` for Prometheus, with those of all processes added up. Throws 401 without the token; when none is configured, for
 * requests from other machines or through a proxy. Throws 503 when a process does not answer.
 */
export function serveMetrics(app: App, registry: Registry, token: string | undefined): void {
  AggregatorRegistry.setRegistries([registry])
  const collect = cluster.isWorker ? collectFromAll() : () => registry.metrics()
  app.get('/metrics', { config: { isVital: true }, schema: { hide: true } }, async (request, reply) => {
    if (!(token === undefined ? isDirect(request) : hasToken(request, token))) throw notAnOperator()
    const text = await collect()
    // Sums without one of the processes would look like a restart.
    if (text === undefined) throw noFigures()
    return reply.type(registry.contentType).send(text)
  })
}

const digest = (text: string) => createHash('sha256').update(text).digest()

const hasToken = ({ raw }: FastifyRequest, token: string): boolean =>
  timingSafeEqual(digest(bearerToken(raw) ?? ''), digest(token))

type MetricsMessage = { type: 'metrics wanted' | 'metrics'; id: string; text?: string | undefined }

/** Call in the primary process: answers the workers' requests for the metrics of all of them. */
export function aggregateWorkerMetrics(): void {
  const all = new AggregatorRegistry()
  cluster.on('message', async (worker: Worker, { type, id }: MetricsMessage) => {
    if (type !== 'metrics wanted') return
    const text = await all.clusterMetrics().catch(() => undefined)
    worker.send({ type: 'metrics', id, text } satisfies MetricsMessage)
  })
}

function collectFromAll(): () => Promise<string | undefined> {
  const waiting = new Map<string, (text: string | undefined) => void>()
  process.on('message', ({ type, id, text }: MetricsMessage) => {
    if (type !== 'metrics') return
    waiting.get(id)?.(text)
    waiting.delete(id)
  })
  // Its constructor makes this worker answer prom-client's requests.
  new AggregatorRegistry()
  return () =>
    new Promise((resolve) => {
      const id = randomUUID()
      waiting.set(id, resolve)
      process.send?.({ type: 'metrics wanted', id } satisfies MetricsMessage)
    })
}
