/** What a request costs with one and with two processes behind one port: `npm run bench:processes`. */
import { setTimeout as sleep } from 'node:timers/promises'
import { createLog, median, spread, times } from '#harness/load/figures.ts'
import { readFamily } from '#harness/processes/proc.ts'
import { cleanUpOnSignals } from '#harness/world/data-dir.ts'
import { type Group, inWorld } from '#harness/world/world.ts'
import { readCommandLine } from '#shared/process/command-line.ts'
import { startBareServer } from './bare/bare-server.ts'
import { record } from './bare/recorded.ts'
import { BOOKED } from './cases/booking.ts'
import { PAGE } from './cases/reading.ts'
import { publish, readWholeNumber } from './command.ts'
import { type Loader, startLoader } from './load/loader.ts'
import { getRequest } from './load/traffic.ts'
import { table } from './report/tables.ts'
import { type CpuMeter, familyMeter, processMeter, untilCalm } from './stage/cpu.ts'

const usage = `npm run bench:processes -- [options]

  --seconds N     how long a round is (2)
  --rounds N      how many rounds of each side count (7)
  --json FILE     everything that was measured
`
/** What two processes may cost beside one. */
const RATIO_MAX = 1.1
const CLIENTS = 64
/** Few, so that either process has soon met all of them: what a token costs the first time is not what is asked here. */
const PEOPLE = 300
const EVENTS = 1_000
/** Both have to be warm: a process of two gets half as much to do. */
const WARM_UPS = 3

type Side = { processes: number; url: string; cpu: CpuMeter }
/** They differ only in `processes`. */
type Sides = [Side, Side]
type Case = {
  title: string
  of: 'api' | 'bare'
  traffic: string
  expect: { status: number; text?: string }
  /** Requests a second for each process; left out, as many as the clients get answered. */
  perProcess?: number
}
/** CPU time of all processes of a side for an answer, in µs. */
type Round = { one: number; two: number }

const { values } = readCommandLine(usage, {
  options: {
    seconds: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '7' },
    json: { type: 'string' },
  },
})
const seconds = readWholeNumber('seconds', values.seconds, 1, 60)
const rounds = readWholeNumber('rounds', values.rounds, 1, 100)
cleanUpOnSignals()

const pages = { traffic: 'pages', expect: { status: 200 } }
const bookings = { traffic: 'bookings', expect: BOOKED }
const cases: Case[] = [
  // Asked both ways: when there is twice as much to do for two, with room on the machine, and when they share what one would do as fast as
  // it can. Then two and the client take turns on two cores, and each turn begins with what another one has left in the caches: what that
  // costs alone, a bare server shows. And what is done for many at once costs each of them little, so a booking is dear where few arrive together.
  { title: 'event page, 8,000/s a process', of: 'api', ...pages, perProcess: 8_000 },
  { title: `event page, ${CLIENTS} clients in all`, of: 'api', ...pages },
  { title: 'bare node:http, the same page, 8,000/s a process', of: 'bare', ...pages, perProcess: 8_000 },
  { title: `bare node:http, the same page, ${CLIENTS} clients in all`, of: 'bare', ...pages },
  { title: 'booking, 300/s a process', of: 'api', ...bookings, perProcess: 300 },
  { title: `booking, ${CLIENTS} clients in all`, of: 'api', ...bookings },
]
const log = createLog()
const plan = {
  apis: 2,
  apiEnvs: [{ API_PROCESSES: '1' }, { API_PROCESSES: '2' }],
  groups: [{ people: PEOPLE, events: EVENTS, capacity: PEOPLE }],
}
const measured = await inWorld(plan, async ({ apis, group }) => {
  const bare = [await startBareServer({ processes: 1 }), await startBareServer({ processes: 2 })]
  const sides = {
    api: apis.map(({ url, pid }, i) => ({ url, processes: i + 1, cpu: familyMeter(pid) })) as Sides,
    bare: bare.map(({ url, pids }, i) => {
      return { url, processes: i + 1, cpu: processMeter(...pids.map((pid) => () => pid)) }
    }) as Sides,
  }
  // The first of them, and those that it has started.
  while (readFamily(apis[1]?.pid() ?? 0).length < 3) await sleep(50)
  const loader = startLoader()
  try {
    await prepare(loader, group)
    const page = await record(sides.api[0].url, PAGE, { token: group.people[0]?.token ?? '' })
    for (const server of bare) await server.imitate(page)
    const results: { plan: Case; rounds: Round[] }[] = []
    for (const each of cases) {
      const [one, two] = sides[each.of]
      const turn = async () => ({
        one: await measure(loader, one, each),
        two: await measure(loader, two, each),
      })
      for (let i = 0; i < WARM_UPS; i++) await turn()
      const taken: Round[] = []
      for (let round = 1; round <= rounds; round++) {
        const figures = await turn()
        taken.push(figures)
        log(
          `${each.title} ${round}: ${figures.one.toFixed(1)} µs with one, ${figures.two.toFixed(1)} µs with two`,
        )
      }
      results.push({ plan: each, rounds: taken })
    }
    return results
  } finally {
    await loader.stop()
    for (const server of bare) await server.stop()
  }
})
const summaries = measured.map(({ plan: { title, of }, rounds: taken }) => {
  const ratios = taken.map(({ one, two }) => two / one)
  return {
    title,
    of,
    one: median(taken.map(({ one }) => one)),
    two: median(taken.map(({ two }) => two)),
    ratio: median(ratios),
    range: spread(ratios),
  }
})
const result = {
  tables: [
    table(summaries, [
      ['CPU time an answer', ({ title }) => title, 'text'],
      ['one process', ({ one }) => `${one.toFixed(1)} µs`],
      ['two', ({ two }) => `${two.toFixed(1)} µs`],
      ['ratio', ({ ratio }) => times(ratio)],
      ['of the rounds', ({ range }) => range.map(times).join('–')],
      [
        `≤ ${RATIO_MAX}`,
        ({ of, ratio }) => (of === 'bare' ? '' : ratio <= RATIO_MAX ? 'reached' : 'not reached'),
      ],
    ]),
  ],
  how: `${CLIENTS} clients, ${rounds} rounds of ${seconds} s in turns`,
  measured: { seconds, rounds, measured },
}
publish(result, values)
process.exit(0)

/** Both sides take from the same pack, so that nobody books anything twice. */
async function prepare(loader: Loader, { people, events }: Group): Promise<void> {
  const tokens = people.map(({ token }) => token)
  const requests = tokens.map((token) => getRequest(PAGE, token))
  await loader.prepare('pages', { kind: 'requests', requests })
  await loader.prepare('bookings', {
    kind: 'bookings',
    path: '/api/bookings/',
    tokens,
    events,
    order: 'spread',
  })
}

async function measure(loader: Loader, { url, cpu, processes }: Side, plan: Case): Promise<number> {
  const { traffic, expect, perProcess } = plan
  await untilCalm([cpu])
  const before = cpu()
  const { count, unexpected, samples } = await loader.run({
    traffic,
    url,
    connections: CLIENTS,
    seconds,
    expect,
    ...(perProcess !== undefined && { perSecond: perProcess * processes }),
  })
  if (unexpected > 0) throw new Error(`${unexpected} of ${count} answers were wrong: ${samples[0]}`)
  return (cpu() - before) / count
}
