import { record } from './bare/recorded.ts'
import type { Side } from './bench-case.ts'
import type { Expected } from './load/tally.ts'
import type { Traffic } from './load/traffic.ts'
import type { Stage } from './stage/stage.ts'

type HttpSide = { url: string; servers: string[]; traffic: Traffic; expect: Expected }

let prepared = 0

/** Requests to a server, as many at once as the stage has clients, each as soon as the one before is answered. */
export async function httpSide(stage: Stage, { url, servers, traffic, expect }: HttpSide): Promise<Side> {
  const { loader, clients: connections } = stage
  const name = `traffic ${++prepared}`
  await loader.prepare(name, traffic)
  return {
    servers,
    async run(seconds) {
      const result = await loader.run({ traffic: name, url, connections, seconds, expect })
      const missing = result.count - result.withText
      return { ...result, ...(expect.text && missing > 0 && { note: `${missing} without ${expect.text}` }) }
    },
  }
}

/** The bare server with the same requests: it sends what ours has just answered to the first of each path. */
export async function bareSide(
  stage: Stage,
  ours: Pick<HttpSide, 'url' | 'traffic' | 'expect'>,
  samples: { path: string; method?: string; token: string; body?: string }[],
): Promise<Side> {
  for (const { path, ...request } of samples) {
    const recorded = await record(ours.url, path, request)
    if (recorded.status !== ours.expect.status)
      throw new Error(`${path} is answered with ${recorded.status} ${recorded.body}`)
    await stage.bare.imitate(recorded, request)
  }
  return httpSide(stage, { ...ours, url: stage.bare.url, servers: ['bare'] })
}
