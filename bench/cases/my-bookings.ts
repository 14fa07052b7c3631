import type { BenchCase } from '../bench-case.ts'
import { getRequest, type Traffic } from '../load/traffic.ts'
import { bareSide, httpSide } from '../sides.ts'
import type { Stage } from '../stage/stage.ts'

const PATH = '/api/bookings/'

export const benchCase: BenchCase = {
  name: 'my-bookings',
  title: 'my bookings (10 of 12)',
  against: 'bare node:http',
  async prepare(stage) {
    const ours = bookingsRequests(stage)
    return {
      ours: await httpSide(stage, { ...ours, servers: ['api', 'api pg'] }),
      theirs: await bareSide(stage, ours, [{ path: PATH, token: stage.readers[0]?.token ?? '' }]),
    }
  },
}

/** Five hundred people, each asking for their own. */
export function bookingsRequests({ api, readers }: Stage) {
  const traffic: Traffic = { kind: 'requests', requests: readers.map(({ token }) => getRequest(PATH, token)) }
  return { url: api.url, traffic, expect: { status: 200 } }
}
