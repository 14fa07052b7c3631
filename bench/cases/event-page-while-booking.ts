import type { BenchCase, Side } from '../bench-case.ts'
import { bareSide, httpSide } from '../sides.ts'
import type { Stage } from '../stage/stage.ts'
import { BOOKED, bookingTraffic } from './booking-traffic.ts'
import { PAGE, pageRequests } from './event-page.ts'

const BOOKINGS_A_SECOND = 50
/** More than wait for their answer at any time: the pace is the clock's, not theirs. */
const BOOKERS = 128
/** So many of the bookings that were due have to have come through. */
const KEPT_PACE = 0.95

export const benchCase: BenchCase = {
  name: 'event-page-while-booking',
  title: `event page while ${BOOKINGS_A_SECOND} bookings/s flow`,
  against: 'bare node:http',
  target: 0.5,
  async prepare(stage) {
    const page = pageRequests(stage)
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
