import { CRM_TOKEN } from '#harness/world/world.ts'
import type { BenchCase } from '../bench-case.ts'
import { getRequest, type Traffic } from '../load/traffic.ts'
import { bareSide, httpSide } from '../sides.ts'

export const benchCase: BenchCase = {
  name: 'dashboard',
  title: 'CRM dashboard of a facilitator',
  against: 'bare node:http',
  async prepare(stage) {
    const paths = [1, 2, 3, 4, 5].map((id) => `/api/facilitators/${id}/dashboard`)
    const traffic: Traffic = { kind: 'requests', requests: paths.map((path) => getRequest(path, CRM_TOKEN)) }
    const ours = { url: stage.crm.url, traffic, expect: { status: 200 } }
    return {
      ours: await httpSide(stage, { ...ours, servers: ['crm', 'crm pg'] }),
      theirs: await bareSide(
        stage,
        ours,
        paths.map((path) => ({ path, token: CRM_TOKEN })),
      ),
    }
  },
}
