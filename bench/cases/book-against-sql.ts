import type { BenchCase, Contest } from '../bench-case.ts'
import { httpSide } from '../sides.ts'
import { openSqlBooker } from '../sql/sql-booker.ts'
import type { Stage } from '../stage/stage.ts'
import { BOOKED, BOOKING_SERVERS, bookingTraffic, TURNS, type Turns } from './booking-traffic.ts'

/** Many connections stand in each other's way, above all at one row: so many get most done on two cores. */
const BEST_CONNECTIONS = 8

export const bookSpread: BenchCase = {
  name: 'book-spread',
  title: 'bookings of 1,000 events, CRM acknowledging',
  against: 'SQL',
  target: 0.5,
  prepare: (stage) => againstSql(stage, 'spread', stage.clients),
}

export const bookSpreadAtBest: BenchCase = {
  name: 'book-spread-best',
  title: `the same, SQL on ${BEST_CONNECTIONS} connections`,
  against: 'SQL',
  prepare: (stage) => againstSql(stage, 'spreadAtBest', BEST_CONNECTIONS),
}

export const bookHot: BenchCase = {
  name: 'book-hot',
  title: 'bookings of one event, CRM acknowledging',
  against: 'SQL',
  target: 1.5,
  prepare: (stage) => againstSql(stage, 'hot', stage.clients),
}

export const bookHotAtBest: BenchCase = {
  name: 'book-hot-best',
  title: `the same, SQL on ${BEST_CONNECTIONS} connections`,
  against: 'SQL',
  prepare: (stage) => againstSql(stage, 'hotAtBest', BEST_CONNECTIONS),
}

/** Ours with the CRM behind it, and plain SQL that writes the same rows. */
async function againstSql(stage: Stage, turns: Turns, connections: number): Promise<Contest> {
  const { order, from } = TURNS[turns]
  const booker = await openSqlBooker({
    url: stage.sqlUrl,
    connections,
    people: stage.people.map(({ id }) => id),
    events: stage.programme[order],
    order,
    from,
  })
  const traffic = bookingTraffic(stage, turns)
  return {
    ours: await httpSide(stage, { url: stage.api.url, traffic, expect: BOOKED, servers: BOOKING_SERVERS }),
    theirs: { run: booker.run, servers: ['api pg'] },
    close: booker.close,
  }
}
