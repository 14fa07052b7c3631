import type { BenchCase } from '../bench-case.ts'
import { getRequest, type Traffic } from '../load/traffic.ts'
import { bareSide, httpSide } from '../sides.ts'
import type { Stage } from '../stage/stage.ts'

export const PAGE = '/api/events/'

export const benchCase: BenchCase = {
  name: 'event-page',
  title: 'event page (10 events)',
  against: 'bare node:http',
  target: 0.7,
  async prepare(stage) {
    const ours = pageRequests(stage)
    const [sample] = stage.readers
    return {
      ours: await httpSide(stage, { ...ours, servers: ['api', 'api pg'] }),
      theirs: await bareSide(stage, ours, [{ path: PAGE, token: sample?.token ?? '' }]),
    }
  },
}

/** Five hundred people who look at the first page. */
export function pageRequests({ api, readers }: Stage) {
  const traffic: Traffic = { kind: 'requests', requests: readers.map(({ token }) => getRequest(PAGE, token)) }
  return { url: api.url, traffic, expect: { status: 200 } }
}
