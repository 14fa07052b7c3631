import { median } from '#harness/load/figures.ts'
import { BOOKED, bookingTraffic, TURNS } from '../cases/booking.ts'
import { MY_BOOKINGS } from '../cases/reading.ts'
import { getRequest, type Traffic } from '../load/traffic.ts'
import { bareSide, httpSide } from '../sides.ts'
import { openSqlBooker } from '../sql/sql-booker.ts'
import { untilCalm } from '../stage/cpu.ts'
import type { Stage } from '../stage/stage.ts'

/** How long people wait for one answer, beside the least that the same work takes on this machine. Medians, in ms. */
export type Latency = {
  place: string
  request: string
  /** How many people ask at any time. */
  atOnce: number
  oursMs: number
  p99Ms: number
  /** Two bare HTTP round trips and two commits of plain SQL for a booking, which two services take part in. */
  floorMs: number
  perSecond: number
  /** Of the floor, or of the median of one at a time. */
  target?: { ratio: number; limit: number }
}

type Rounds = { seconds: number; rounds: number }

const AT_ONCE = [1, 4, 16, 64]
/** The last people of all: nobody has seen their tokens when their bookings are asked for. */
const NEWCOMERS = 6_000

/** Ours, the bare server and plain SQL take turns, so that what disturbs one disturbs all. */
export async function measureLatencies(stage: Stage, place: string, plan: Rounds): Promise<Latency[]> {
  const latencies = [await measureNewToken(stage, place, plan)]
  let alone: number | undefined
  for (const atOnce of AT_ONCE) {
    const latency = await measureBooking(stage, place, atOnce, plan)
    alone ??= latency.oursMs
    const target =
      atOnce === 1
        ? { ratio: latency.oursMs / latency.floorMs, limit: 6 }
        : atOnce === 4 && { ratio: latency.oursMs / alone, limit: 3 }
    latencies.push({ ...latency, ...(target && { target }) })
  }
  return latencies
}

async function measureNewToken(stage: Stage, place: string, plan: Rounds): Promise<Latency> {
  const newcomers = stage.people.slice(-NEWCOMERS)
  const requests = newcomers.map(({ token }) => getRequest(MY_BOOKINGS, token))
  const traffic: Traffic = { kind: 'requests', requests }
  const ours = { url: stage.api.url, traffic, expect: { status: 200 }, servers: [] }
  const sample = { path: MY_BOOKINGS, token: stage.people.at(-NEWCOMERS - 1)?.token ?? '' }
  const booker = await openSqlBooker({ ...sqlPlan(stage), connections: 1 })
  const alone = { ...stage, clients: 1 }
  const sides = {
    ours: await httpSide(alone, ours),
    http: await bareSide(alone, ours, [sample]),
    sql: { run: booker.read },
  }
  const figures = await takeTurns(stage, sides, plan)
  await booker.close()
  const floorMs = figures.httpMs + figures.sqlMs
  const target = { ratio: figures.oursMs / floorMs, limit: 4 }
  return { place, request: 'my bookings, token not seen before', atOnce: 1, ...figures, floorMs, target }
}

async function measureBooking(stage: Stage, place: string, atOnce: number, plan: Rounds): Promise<Latency> {
  const { order, from } = TURNS.oneByOne
  // Each has turns of its own, far enough apart for all rounds.
  const turn = from + AT_ONCE.indexOf(atOnce) * 40
  const traffic = { ...bookingTraffic(stage, 'oneByOne'), from: turn, order }
  const booker = await openSqlBooker({ ...sqlPlan(stage), connections: atOnce, from: turn })
  const many = { ...stage, clients: atOnce }
  const ours = { url: stage.api.url, traffic, expect: BOOKED, servers: [] }
  const sides = {
    ours: await httpSide(many, ours),
    http: await bareBooking(many, traffic),
    sql: { run: booker.run },
  }
  const figures = await takeTurns(stage, sides, plan)
  await booker.close()
  return { place, request: 'booking', atOnce, ...figures, floorMs: 2 * (figures.httpMs + figures.sqlMs) }
}

/** The bare server with an answer as long as that to a booking: nobody may book twice to have it recorded. */
async function bareBooking(stage: Stage, traffic: Traffic) {
  const body = JSON.stringify({ filler: 'x'.repeat(BOOKING_BYTES) })
  const headers = ['content-type', 'application/json; charset=utf-8', 'content-length', String(body.length)]
  await stage.bare.answer({ path: MY_BOOKINGS, status: 201, headers, body })
  const side = { url: stage.bare.url, traffic, expect: { status: 201 }, servers: [] }
  return httpSide(stage, side)
}

/** What our answer to a booking is long. */
const BOOKING_BYTES = 420

type Timed = {
  run(seconds: number): Promise<{ p50Ms: number; p99Ms: number; count: number; seconds: number }>
}

async function takeTurns(
  stage: Stage,
  { ours, http, sql }: { ours: Timed; http: Timed; sql: Timed },
  { seconds, rounds }: Rounds,
) {
  type Turn = Record<'own' | 'http' | 'sql', Awaited<ReturnType<Timed['run']>>>
  const taken: Turn[] = []
  // The first one warms up.
  for (let round = 0; round <= rounds; round++) {
    await untilCalm(Object.values(stage.cpu))
    const own = await ours.run(seconds)
    await untilCalm(Object.values(stage.cpu))
    const turn = { own, http: await http.run(seconds), sql: await sql.run(seconds) }
    if (round > 0) taken.push(turn)
  }
  const each = (figure: (turn: Turn) => number) => median(taken.map(figure))
  return {
    oursMs: each(({ own }) => own.p50Ms),
    p99Ms: each(({ own }) => own.p99Ms),
    perSecond: each(({ own }) => own.count / own.seconds),
    httpMs: each((turn) => turn.http.p50Ms),
    sqlMs: each((turn) => turn.sql.p50Ms),
  }
}

function sqlPlan({ sqlUrl, people, programme }: Stage) {
  const { order, from } = TURNS.oneByOne
  return { url: sqlUrl, people: people.map(({ id }) => id), events: programme[order], order, from }
}
