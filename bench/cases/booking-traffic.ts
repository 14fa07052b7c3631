import type { DealOrder } from '../load/deal.ts'
import type { Expected } from '../load/tally.ts'
import type { Traffic } from '../load/traffic.ts'
import type { Stage } from '../stage/stage.ts'

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

export type Turns = keyof typeof TURNS

export function bookingTraffic({ people, programme }: Stage, turns: Turns): Traffic {
  const { order, from } = TURNS[turns]
  const tokens = people.map(({ token }) => token)
  return { kind: 'bookings', path: '/api/bookings/', tokens, events: programme[order], order, from }
}
