import type { RequestListener } from 'node:http'
import { buildApp } from '#booking/app.ts'
import { loadConfig } from '#booking/config.ts'
import { openDeps } from '#booking/open-deps.ts'
import { runService } from '#shared/process/run-service.ts'

const INSIDE_MAX = 200

/**
 * The Main API with a limit that counts every request from its head to the end of its answer, as if waiting for a client
 * were work. A proof that slow clients keep nobody from being served proves nothing if it passes against this one.
 */
await runService({
  name: 'head-counting',
  loadConfig,
  async start(config, log) {
    const { deps, close } = await openDeps(config, log)
    const app = await buildApp(deps)
    const [listener] = app.server.listeners('request') as RequestListener[]
    let inside = 0
    app.server.removeAllListeners('request').on('request', (request, response) => {
      const isVital = request.url === '/health'
      if (inside >= INSIDE_MAX && !isVital) return void response.writeHead(503).end()
      inside++
      response.once('close', () => inside--)
      listener?.(request, response)
    })
    await app.listen({ host: config.host, port: config.port })
    return {
      async stop() {
        await app.close()
        await close()
      },
    }
  },
})
