import cluster, { type Worker } from 'node:cluster'
import { randomUUID } from 'node:crypto'
import { AggregatorRegistry, type Registry } from 'prom-client'
import { unavailable } from './app-error.ts'
import type { App } from './server.ts'

const noFigures = () =>
  unavailable('metrics_unavailable', 'Not all processes have told their figures: please ask again.', 1)

/** Figures for Prometheus at `/metrics`. They count things and name nobody. */
export function serveMetrics(app: App, registry: Registry): void {
  AggregatorRegistry.setRegistries([registry])
  const collect = cluster.isWorker ? collectFromAll() : () => registry.metrics()
  app.get('/metrics', { config: { isVital: true }, schema: { hide: true } }, async (_request, reply) => {
    const text = await collect()
    // Figures without those of one process would look like a restart.
    if (text === undefined) throw noFigures()
    return reply.type(registry.contentType).send(text)
  })
}

type Asked = { type: 'metrics wanted' | 'metrics'; id: string; text?: string | undefined }

/** For the first process: whichever of its workers is asked for figures tells those of all of them. */
export function addUpMetrics(): void {
  const all = new AggregatorRegistry()
  cluster.on('message', async (worker: Worker, { type, id }: Asked) => {
    if (type !== 'metrics wanted') return
    const text = await all.clusterMetrics().catch(() => undefined)
    worker.send({ type: 'metrics', id, text } satisfies Asked)
  })
}

function collectFromAll(): () => Promise<string | undefined> {
  const waiting = new Map<string, (text: string | undefined) => void>()
  process.on('message', ({ type, id, text }: Asked) => {
    if (type !== 'metrics') return
    waiting.get(id)?.(text)
    waiting.delete(id)
  })
  // Answers prom-client's own question in this process.
  new AggregatorRegistry()
  return () =>
    new Promise((resolve) => {
      const id = randomUUID()
      waiting.set(id, resolve)
      process.send?.({ type: 'metrics wanted', id } satisfies Asked)
    })
}
