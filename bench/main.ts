/** Ours against the limit and against what people would use instead, side by side: `npm run bench`. */
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { closeWorlds } from '../torture/world.ts'
import type { BenchCase } from './bench-case.ts'
import { bookHot, bookHotAtBest, bookSpread, bookSpreadAtBest } from './cases/book-against-sql.ts'
import { benchCase as dashboard } from './cases/dashboard.ts'
import { benchCase as eventDetail } from './cases/event-detail.ts'
import { benchCase as eventPage } from './cases/event-page.ts'
import { benchCase as eventPageWhileBooking } from './cases/event-page-while-booking.ts'
import { benchCase as myBookings } from './cases/my-bookings.ts'
import { benchCase as notify } from './cases/notify.ts'
import { peerBook, peerEventPage, peerMyBookings } from './cases/peer.ts'
import { hold } from './contest.ts'
import type { Outcome } from './outcome.ts'
import { barChart } from './report/bars.ts'
import { profileTables } from './report/profile.ts'
import { cpuTable, faultLines, memoryTable, ratioTable } from './report/table.ts'
import { describeMachine } from './stage/machine.ts'
import { onStage } from './stage/stage.ts'

/** Those that only read come first: what is written makes tables larger for all that follow. */
const cases: BenchCase[] = [
  eventPage,
  eventDetail,
  myBookings,
  dashboard,
  peerEventPage,
  peerMyBookings,
  eventPageWhileBooking,
  notify,
  bookSpread,
  bookSpreadAtBest,
  bookHot,
  bookHotAtBest,
  peerBook,
]

const usage = `npm run bench -- [<name>…] [options]     without a name: all of them

  --quick         rounds of one second, three of them
  --seconds N     how long a round is (2)
  --rounds N      how many rounds count (5)
  --clients N     how many requests are under way at any time, on both sides (64)
  --json FILE     everything that was measured
  --svg FILE      a picture of it
  --profile DIR   profile both services; where their time went goes into DIR and, in short, below the tables
`
/** More would not leave the services enough of the 80 connections of an embedded PostgreSQL. */
const CLIENTS_MAX = 64

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string' },
    rounds: { type: 'string' },
    clients: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    svg: { type: 'string' },
    profile: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help)
  leave(`${usage}\n${cases.map(({ name, title }) => `  ${name.padEnd(26)}${title}`).join('\n')}`, 0)
const chosen = positionals.length === 0 ? cases : cases.filter(({ name }) => positionals.includes(name))
if (positionals.some((name) => !cases.some((each) => each.name === name)))
  leave(`There are these: ${cases.map(({ name }) => name).join(', ')}.`)
const seconds = readNumber('seconds', values.quick ? 1 : 2)
const rounds = readNumber('rounds', values.quick ? 3 : 5)
const clients = readNumber('clients', CLIENTS_MAX)
if (clients > CLIENTS_MAX) leave(`--clients must be at most ${CLIENTS_MAX}.`)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => void closeWorlds().then(() => process.exit(130)))

const beganAt = performance.now()
const log = (line: string) =>
  console.log(`${((performance.now() - beganAt) / 1000).toFixed(1).padStart(7)} s  ${line}`)
log(`${chosen.length} cases, ${rounds} rounds of ${seconds} s for each side, ${clients} clients`)
const outcomes: Outcome[] = []
const memory = await onStage({ clients, log, ...profiling(values.profile) }, async (stage) => {
  for (const benchCase of chosen) outcomes.push(await hold(stage, benchCase, { seconds, rounds, log }))
  return stage.memory()
})
const machine = describeMachine()
const { date, commit, node, cpu, load } = machine
const circumstances = `${date.slice(0, 10)}, commit ${commit}, Node ${node}, ${cpu}, load ${load}; ${clients} clients, ${rounds} rounds`
console.log(['', ratioTable(outcomes), cpuTable(outcomes), memoryTable(memory), circumstances].join('\n\n'))
const faults = faultLines(outcomes)
for (const line of faults) console.log(line)
if (values.profile) console.log(['', ...profileTables(values.profile)].join('\n\n'))
if (values.json) {
  const result = { ...machine, clients, seconds, rounds, outcomes, memory }
  writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`)
}
if (values.svg) writeFileSync(values.svg, barChart(outcomes, circumstances))
// Not left to chance: a connection that somebody forgot must not keep a finished run alive.
process.exit(outcomes.some(({ ours, theirs }) => ours.unexpected + theirs.unexpected > 0) ? 1 : 0)

function profiling(directory: string | undefined) {
  if (directory === undefined) return {}
  const options = (name: string) => [
    '--cpu-prof',
    `--cpu-prof-dir=${resolve(directory)}`,
    `--cpu-prof-name=${name}.cpuprofile`,
  ]
  return { apiOptions: options('main-api'), crmOptions: options('crm') }
}

function readNumber(name: 'seconds' | 'rounds' | 'clients', standard: number): number {
  const value = values[name] === undefined ? standard : Number(values[name])
  return Number.isInteger(value) && value > 0 ? value : leave(`--${name} must be a whole number above 0.`)
}

function leave(sentence: string, code = 2): never {
  console.log(sentence)
  process.exit(code)
}
