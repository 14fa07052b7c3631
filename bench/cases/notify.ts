import { CRM_TOKEN } from '#harness/world/world.ts'
import type { BenchCase } from '../bench-case.ts'
import { aNotification, type Traffic } from '../load/traffic.ts'
import { bareSide, httpSide } from '../sides.ts'

const PATH = '/api/notify'
/** Between the ids of our own bookings and those of the peer. */
const FIRST_ID = 500_000_000
const FACILITATORS = 5

export const benchCase: BenchCase = {
  name: 'notify',
  title: 'CRM notify',
  against: 'bare node:http',
  async prepare(stage) {
    const traffic: Traffic = {
      kind: 'notifications',
      path: PATH,
      token: CRM_TOKEN,
      firstId: FIRST_ID,
      facilitators: FACILITATORS,
    }
    const ours = { url: stage.crm.url, traffic, expect: { status: 200, text: '"status":"success"' } }
    const body = JSON.stringify(aNotification(FIRST_ID - 1, FACILITATORS))
    return {
      ours: await httpSide(stage, { ...ours, servers: ['crm', 'crm pg'] }),
      theirs: await bareSide(stage, ours, [{ path: PATH, method: 'POST', token: CRM_TOKEN, body }]),
    }
  },
}
