import type { BenchCase } from '../bench-case.ts'
import type { Traffic } from '../load/traffic.ts'
import { httpSide } from '../sides.ts'
import { openSqlBooker } from '../sql/sql-booker.ts'
import type { Stage } from '../stage/stage.ts'

export const BOOKING_SERVERS = ['api', 'api pg', 'crm', 'crm pg']
export const BOOKED = { status: 201, text: '"crm_notified":true' }

export const benchCase: BenchCase = {
  name: 'book-spread',
  title: 'bookings over 1,000 events, CRM acknowledging',
  against: 'SQL',
  target: 0.5,
  prepare: (stage) => againstSql(stage, 'spread'),
}

/** Ours with the CRM behind it, and plain SQL that writes the same rows, at the same concurrency. */
export async function againstSql(stage: Stage, order: 'spread' | 'hot') {
  const { people, programme, clients, sqlUrl } = stage
  const events = programme[order]
  const booker = await openSqlBooker({
    url: sqlUrl,
    connections: clients,
    users: people.map(({ id }) => id),
    events,
    order,
  })
  const traffic = order === 'hot' ? hotTraffic(stage) : bookingTraffic(stage, 'spread')
  return {
    ours: await httpSide(stage, { url: stage.api.url, traffic, expect: BOOKED, servers: BOOKING_SERVERS }),
    theirs: { run: booker.run, servers: ['api pg'] },
    close: booker.close,
  }
}

/** A person's first turn in each case: so many bookings of theirs belong to the others. */
const FROM = { spread: 0, page: 300, peer: 500 }

export function bookingTraffic({ people, programme }: Stage, use: keyof typeof FROM): Traffic {
  const tokens = people.map(({ token }) => token)
  return {
    kind: 'bookings',
    path: '/api/bookings/',
    tokens,
    events: programme.spread,
    order: 'spread',
    from: FROM[use],
  }
}

function hotTraffic({ people, programme }: Stage): Traffic {
  const tokens = people.map(({ token }) => token)
  return { kind: 'bookings', path: '/api/bookings/', tokens, events: programme.hot, order: 'hot' }
}
