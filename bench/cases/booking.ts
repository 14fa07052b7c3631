import type { DealOrder } from '#harness/load/deal.ts'
import type { BenchCase, Contest, Side } from '../bench-case.ts'
import type { Expected } from '../load/tally.ts'
import type { Traffic } from '../load/traffic.ts'
import { bareSide, httpSide } from '../sides.ts'
import { openSqlBooker } from '../sql/sql-booker.ts'
import type { Stage } from '../stage/stage.ts'
import { PAGE, requestsOfReaders } from './reading.ts'

export const BOOKING_SERVERS = ['api', 'api pg', 'crm', 'crm pg']
export const BOOKED: Expected = { status: 201, text: '"crm_notified":true' }

/** Where a case begins to deal, in turns of everybody, so that no two cases book the same seat for the same person. */
export const TURNS = {
  spread: { order: 'spread', from: 0 },
  spreadAtBest: { order: 'spread', from: 200 },
  whileReading: { order: 'spread', from: 400 },
  againstPeer: { order: 'spread', from: 600 },
  hot: { order: 'hot', from: 0 },
  hotAtBest: { order: 'hot', from: 100 },
  oneByOne: { order: 'spread', from: 800 },
} as const satisfies Record<string, { order: DealOrder; from: number }>

type Turns = keyof typeof TURNS

export function bookingTraffic({ people, programme }: Stage, turns: Turns): Traffic {
  const { order, from } = TURNS[turns]
  const tokens = people.map(({ token }) => token)
  return { kind: 'bookings', path: '/api/bookings/', tokens, events: programme[order], order, from }
}

/** Many connections stand in each other's way, above all at one row: so many get most done on two cores. */
const BEST_CONNECTIONS = 8
const AT_BEST = `the same, SQL on ${BEST_CONNECTIONS} connections`

export const againstSql: BenchCase[] = [
  sqlCase('book-spread', 'bookings of 1,000 events, CRM acknowledging', 'spread', 0.5),
  sqlCase('book-spread-best', AT_BEST, 'spreadAtBest'),
  sqlCase('book-hot', 'bookings of one event, CRM acknowledging', 'hot', 1.5),
  sqlCase('book-hot-best', AT_BEST, 'hotAtBest'),
]

/** Ours with the CRM behind it, and plain SQL that writes the same rows. */
function sqlCase(name: string, title: string, turns: Turns, target?: number): BenchCase {
  const { order, from } = TURNS[turns]
  return {
    name,
    title,
    against: 'SQL',
    ...(target !== undefined && { target }),
    async prepare(stage): Promise<Contest> {
      const connections = turns.endsWith('AtBest') ? BEST_CONNECTIONS : stage.clients
      const people = stage.people.map(({ id }) => id)
      const events = stage.programme[order]
      const booker = await openSqlBooker({ url: stage.sqlUrl, connections, people, events, order, from })
      const ours = { url: stage.api.url, traffic: bookingTraffic(stage, turns), expect: BOOKED }
      return {
        ours: await httpSide(stage, { ...ours, servers: BOOKING_SERVERS }),
        theirs: { run: booker.run, servers: ['api pg'] },
        close: booker.close,
      }
    },
  }
}

const BOOKINGS_A_SECOND = 50
/** More than wait for their answer at any time: the pace is the clock's, not theirs. */
const BOOKERS = 128
/** So many of the bookings that were due have to have come through. */
const KEPT_PACE = 0.95

export const eventPageWhileBooking: BenchCase = {
  name: 'event-page-while-booking',
  title: `event page while ${BOOKINGS_A_SECOND} bookings/s flow`,
  against: 'bare node:http',
  target: 0.5,
  async prepare(stage) {
    const page = requestsOfReaders(stage, PAGE)
    const quiet = await httpSide(stage, { ...page, servers: ['api', 'api pg'] })
    await stage.sideLoader.prepare('flow', bookingTraffic(stage, 'whileReading'))
    return {
      ours: { ...quiet, run: (seconds) => whileBooking(stage, quiet, seconds) },
      // Nobody books while the bare server has its turn: the machine is its own.
      theirs: await bareSide(stage, page, [{ path: PAGE, token: stage.readers[0]?.token ?? '' }]),
    }
  },
}

async function whileBooking(stage: Stage, quiet: Side, seconds: number) {
  const flow = stage.sideLoader.run({
    traffic: 'flow',
    url: stage.api.url,
    connections: BOOKERS,
    seconds,
    perSecond: BOOKINGS_A_SECOND,
    expect: BOOKED,
  })
  const [pages, booked] = await Promise.all([quiet.run(seconds), flow])
  const perSecond = booked.count / booked.seconds
  const faults = booked.unexpected > 0 || perSecond < BOOKINGS_A_SECOND * KEPT_PACE
  return {
    ...pages,
    unexpected: pages.unexpected + booked.unexpected,
    samples: [...pages.samples, ...booked.samples],
    ...(faults && { note: `only ${Math.round(perSecond)} bookings/s came through` }),
  }
}
