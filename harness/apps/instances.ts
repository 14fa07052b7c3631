import type { App } from '#shared/http/app.ts'
import { requester } from './test-request.ts'

/** Instances of a service, each with a memory of its own, on whatever `createDeps` connects them to. */
export function createInstances<Deps>(
  createDeps: () => Deps,
  buildApp: (deps: Deps) => Promise<App>,
  closeDeps: (deps: Deps) => Promise<void>,
) {
  const instances: { app: App; deps: Deps }[] = []
  return {
    async startInstance() {
      const deps = createDeps()
      const app = await buildApp(deps)
      instances.push({ app, deps })
      return { app, deps, request: requester(app) }
    },
    async closeAll() {
      for (const { app, deps } of instances) {
        await app.close()
        await closeDeps(deps)
      }
    },
  }
}
