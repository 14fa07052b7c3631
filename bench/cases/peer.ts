import { CRM_TOKEN } from '#harness/world/world.ts'
import type { BenchCase, Contest } from '../bench-case.ts'
import type { Expected } from '../load/tally.ts'
import type { Traffic } from '../load/traffic.ts'
import { startPeer } from '../peers/express/peer.ts'
import { httpSide } from '../sides.ts'
import { processMeter } from '../stage/cpu.ts'
import type { Stage } from '../stage/stage.ts'
import { BOOKED, BOOKING_SERVERS, bookingTraffic } from './booking.ts'
import { MY_BOOKINGS, PAGE, requestsOfReaders } from './reading.ts'

export const peerEventPage: BenchCase = {
  name: 'peer-event-page',
  title: 'event page (10 events)',
  against: 'Express',
  prepare: (stage) =>
    againstPeer(stage, requestsOfReaders(stage, PAGE), ['api', 'api pg'], ['peer', 'api pg']),
}

export const peerMyBookings: BenchCase = {
  name: 'peer-my-bookings',
  title: 'my bookings (10 of 12)',
  against: 'Express',
  prepare: (stage) =>
    againstPeer(stage, requestsOfReaders(stage, MY_BOOKINGS), ['api', 'api pg'], ['peer', 'api pg']),
}

export const peerBook: BenchCase = {
  name: 'peer-book',
  title: 'bookings of 1,000 events, CRM acknowledging',
  against: 'Express',
  prepare(stage) {
    const ours = { url: stage.api.url, traffic: bookingTraffic(stage, 'againstPeer'), expect: BOOKED }
    return againstPeer(stage, ours, BOOKING_SERVERS, ['peer', 'api pg', 'crm', 'crm pg'])
  },
}

type Requests = { url: string; traffic: Traffic; expect: Expected }

async function againstPeer(
  stage: Stage,
  ours: Requests,
  ourServers: string[],
  peerServers: string[],
): Promise<Contest> {
  const peer = await startPeer({
    sourceUrl: await stage.openDatabase('booking'),
    databaseUrl: await stage.openDatabase('bench_peer'),
    crmUrl: stage.crm.url,
    crmToken: CRM_TOKEN,
  })
  stage.cpu.peer = processMeter(() => peer.pid)
  const tokens = new Map(stage.people.map(({ id, token }) => [token, peer.tokenFor(id)]))
  const traffic = withTokens(ours.traffic, tokens)
  return {
    ours: await httpSide(stage, { ...ours, servers: ourServers }),
    theirs: await httpSide(stage, { ...ours, url: peer.url, traffic, servers: peerServers }),
    async close() {
      await peer.stop()
      delete stage.cpu.peer
    },
  }
}

/** The same requests by the same people, who show the tokens that the peer knows. */
function withTokens(traffic: Traffic, tokens: Map<string, string>): Traffic {
  if (traffic.kind === 'bookings')
    return { ...traffic, tokens: traffic.tokens.map((token) => tokens.get(token) ?? token) }
  if (traffic.kind === 'notifications') return traffic
  const swap = (request: string) => request.replace(/(?<=Bearer )\S+/, (token) => tokens.get(token) ?? token)
  return { ...traffic, requests: traffic.requests.map(swap) }
}
