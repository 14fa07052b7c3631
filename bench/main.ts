/** Ours against the limit and against what people would use instead, side by side: `npm run bench`. */
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLog } from '#harness/load/figures.ts'
import { cleanUpOnSignals } from '#harness/world/data-dir.ts'
import { readCommandLine, refuseCommandLine } from '#shared/process/command-line.ts'
import type { BenchCase } from './bench-case.ts'
import { againstSql, eventPageWhileBooking } from './cases/booking.ts'
import { peerBook, peerEventPage, peerMyBookings } from './cases/peer.ts'
import { dashboard, eventDetail, eventPage, myBookings, notify } from './cases/reading.ts'
import { publish, readWholeNumber } from './command.ts'
import { hold } from './contest.ts'
import type { Outcome } from './outcome.ts'
import { ratioPicture } from './report/pictures.ts'
import { profileTables } from './report/profile.ts'
import { cpuTable, faultLines, memoryTable, ratioTable } from './report/tables.ts'
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
  ...againstSql,
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
const result = {
  tables: [
    ratioTable(outcomes),
    cpuTable(outcomes),
    memoryTable(memory, MEMORY_TARGET),
    ...(values.profile ? profileTables(values.profile) : []),
  ],
  how: `${clients} clients, ${rounds} rounds`,
  measured: { clients, seconds, rounds, outcomes, memory },
  picture: (subtitle: string) => ratioPicture(outcomes, subtitle),
}
publish(result, values)
for (const line of [...faultLines(outcomes), ...broken]) console.log(line)
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
