import type { BenchCase } from '../bench-case.ts'
import { getRequest, type Traffic } from '../load/traffic.ts'
import { bareSide, httpSide } from '../sides.ts'

export const benchCase: BenchCase = {
  name: 'event-detail',
  title: 'event detail (100 events)',
  against: 'bare node:http',
  async prepare(stage) {
    const { api, readers, programme } = stage
    const samples = programme.spread.slice(0, 100).map((id, i) => ({
      path: `/api/events/${id}`,
      token: readers[i]?.token ?? '',
    }))
    const requests = readers.map(({ token }, i) => getRequest(samples[i % samples.length]?.path ?? '', token))
    const traffic: Traffic = { kind: 'requests', requests }
    const ours = { url: api.url, traffic, expect: { status: 200 } }
    return {
      ours: await httpSide(stage, { ...ours, servers: ['api', 'api pg'] }),
      theirs: await bareSide(stage, ours, samples),
    }
  },
}
