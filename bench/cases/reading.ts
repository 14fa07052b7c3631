import { CRM_TOKEN } from '#harness/world/world.ts'
import type { BenchCase } from '../bench-case.ts'
import { aNotification, getRequest, type Traffic } from '../load/traffic.ts'
import { bareSide, httpSide } from '../sides.ts'
import type { Stage } from '../stage/stage.ts'

export const PAGE = '/api/events/'
export const MY_BOOKINGS = '/api/bookings/'
const NOTIFY = '/api/notify'
/** Between the ids of our own bookings and those of the peer. */
const FIRST_ID = 500_000_000
const FACILITATORS = 5

/** Five hundred people, each asking for the same address. */
export function requestsOfReaders({ api, readers }: Stage, path: string) {
  const requests = readers.map(({ token }) => getRequest(path, token))
  return { url: api.url, traffic: { kind: 'requests', requests } satisfies Traffic, expect: { status: 200 } }
}

export const eventPage: BenchCase = {
  name: 'event-page',
  title: 'event page (10 events)',
  against: 'bare node:http',
  target: 0.7,
  prepare: (stage) => onePath(stage, PAGE),
}

export const myBookings: BenchCase = {
  name: 'my-bookings',
  title: 'my bookings (10 of 12)',
  against: 'bare node:http',
  prepare: (stage) => onePath(stage, MY_BOOKINGS),
}

async function onePath(stage: Stage, path: string) {
  const ours = requestsOfReaders(stage, path)
  return {
    ours: await httpSide(stage, { ...ours, servers: ['api', 'api pg'] }),
    theirs: await bareSide(stage, ours, [{ path, token: stage.readers[0]?.token ?? '' }]),
  }
}

export const eventDetail: BenchCase = {
  name: 'event-detail',
  title: 'event detail (100 events)',
  against: 'bare node:http',
  async prepare(stage) {
    const { api, readers, programme } = stage
    const paths = programme.spread.slice(0, 100).map((id) => `/api/events/${id}`)
    const requests = readers.map(({ token }, i) => getRequest(paths[i % paths.length] ?? '', token))
    const ours = { url: api.url, traffic: { kind: 'requests', requests } as const, expect: { status: 200 } }
    const samples = paths.map((path, i) => ({ path, token: readers[i]?.token ?? '' }))
    return {
      ours: await httpSide(stage, { ...ours, servers: ['api', 'api pg'] }),
      theirs: await bareSide(stage, ours, samples),
    }
  },
}

export const dashboard: BenchCase = {
  name: 'dashboard',
  title: 'CRM dashboard of a facilitator',
  against: 'bare node:http',
  async prepare(stage) {
    const paths = [1, 2, 3, 4, 5].map((id) => `/api/facilitators/${id}/dashboard`)
    const requests = paths.map((path) => getRequest(path, CRM_TOKEN))
    const ours = {
      url: stage.crm.url,
      traffic: { kind: 'requests', requests } as const,
      expect: { status: 200 },
    }
    const samples = paths.map((path) => ({ path, token: CRM_TOKEN }))
    return {
      ours: await httpSide(stage, { ...ours, servers: ['crm', 'crm pg'] }),
      theirs: await bareSide(stage, ours, samples),
    }
  },
}

export const notify: BenchCase = {
  name: 'notify',
  title: 'CRM notify',
  against: 'bare node:http',
  async prepare(stage) {
    const about = { path: NOTIFY, token: CRM_TOKEN, facilitators: FACILITATORS }
    const traffic: Traffic = { kind: 'notifications', ...about, firstId: FIRST_ID }
    const ours = { url: stage.crm.url, traffic, expect: { status: 200, text: '"status":"success"' } }
    const body = JSON.stringify(aNotification(FIRST_ID - 1, FACILITATORS))
    return {
      ours: await httpSide(stage, { ...ours, servers: ['crm', 'crm pg'] }),
      theirs: await bareSide(stage, ours, [{ path: NOTIFY, method: 'POST', token: CRM_TOKEN, body }]),
    }
  },
}
