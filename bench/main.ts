/** Ours against the limit and against what people would use instead, side by side: `npm run bench`. */
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readCommandLine, refuseCommandLine } from '#shared/process/command-line.ts'
import type { BenchCase } from './bench-case.ts'
import { bookHot, bookHotAtBest, bookSpread, bookSpreadAtBest } from './cases/book-against-sql.ts'
import { benchCase as dashboard } from './cases/dashboard.ts'
import { benchCase as eventDetail } from './cases/event-detail.ts'
import { benchCase as eventPage } from './cases/event-page.ts'
import { benchCase as eventPageWhileBooking } from './cases/event-page-while-booking.ts'
import { benchCase as myBookings } from './cases/my-bookings.ts'
import { benchCase as notify } from './cases/notify.ts'
import { peerBook, peerEventPage, peerMyBookings } from './cases/peer.ts'
import { cleanUpOnSignals, createLog, readWholeNumber } from './command.ts'
import { hold } from './contest.ts'
import type { Outcome } from './outcome.ts'
import { barChart } from './report/bars.ts'
import { memoryTable } from './report/memory-table.ts'
import { profileTables } from './report/profile.ts'
import { cpuTable, faultLines, ratioTable } from './report/table.ts'
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

${cases.map(({ name, title }) => `  ${name.padEnd(26)}${title}`).join('\n')}
`
/** More would not leave the services enough of the 80 connections of an embedded PostgreSQL. */
const CLIENTS_MAX = 64
/** Memory is what it keeps, not what it needed: this long after the last case it has given back what it does not keep. */
const QUIET_MS = 12_000
/** Of both services and their databases after everything, in MB. */
const MEMORY_TARGET = 700

const { values, positionals } = readCommandLine(usage, {
  allowPositionals: true,
  options: {
    seconds: { type: 'string' },
    rounds: { type: 'string' },
    clients: { type: 'string', default: '64' },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    svg: { type: 'string' },
    profile: { type: 'string' },
  },
})
const chosen = positionals.length === 0 ? cases : cases.filter(({ name }) => positionals.includes(name))
const unknown = positionals.find((name) => !cases.some((each) => each.name === name))
if (unknown !== undefined) refuseCommandLine(`There is no case “${unknown}”.`)
const seconds = readWholeNumber('seconds', values.seconds ?? (values.quick ? '1' : '2'), 1, 60)
const rounds = readWholeNumber('rounds', values.rounds ?? (values.quick ? '3' : '5'), 1, 100)
const clients = readWholeNumber('clients', values.clients, 1, CLIENTS_MAX)
cleanUpOnSignals()

const log = createLog()
log(`${chosen.length} cases, ${rounds} rounds of ${seconds} s for each side, ${clients} clients`)
const outcomes: Outcome[] = []
const broken: string[] = []
const memory = await onStage({ clients, log, ...profiling(values.profile) }, async (stage) => {
  for (const benchCase of chosen) {
    const outcome = await hold(stage, benchCase, { seconds, rounds, log }).catch((error: Error) => {
      broken.push(`${benchCase.name} broke off: ${error.message}`)
    })
    if (outcome) outcomes.push(outcome)
  }
  await sleep(QUIET_MS)
  return stage.memory()
})
const machine = describeMachine()
const { date, commit, node, cpu, load } = machine
const circumstances = `${date.slice(0, 10)}, commit ${commit}, Node ${node}, ${cpu}, load ${load}; ${clients} clients, ${rounds} rounds`
console.log(
  ['', ratioTable(outcomes), cpuTable(outcomes), memoryTable(memory, MEMORY_TARGET), circumstances].join(
    '\n\n',
  ),
)
for (const line of [...faultLines(outcomes), ...broken]) console.log(line)
if (values.profile) console.log(['', ...profileTables(values.profile)].join('\n\n'))
if (values.json) {
  const result = { ...machine, clients, seconds, rounds, outcomes, memory }
  writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`)
}
if (values.svg) writeFileSync(values.svg, barChart(outcomes, circumstances))
// Not left to chance: a connection that somebody forgot must not keep a finished run alive.
const isFaultless = outcomes.every(({ ours, theirs }) => ours.unexpected + theirs.unexpected === 0)
process.exit(isFaultless && broken.length === 0 ? 0 : 1)

function profiling(directory: string | undefined) {
  if (directory === undefined) return {}
  const options = (name: string) => [
    '--cpu-prof',
    `--cpu-prof-dir=${resolve(directory)}`,
    `--cpu-prof-name=${name}.cpuprofile`,
  ]
  return { apiOptions: options('main-api'), crmOptions: options('crm') }
}
