/** Ours against the limit and against what people would use instead, side by side: `npm run bench`. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { closeWorlds } from '../torture/world.ts'
import type { BenchCase } from './bench-case.ts'
import { benchCase as bookHot } from './cases/book-hot.ts'
import { benchCase as bookSpread } from './cases/book-spread.ts'
import { benchCase as dashboard } from './cases/dashboard.ts'
import { benchCase as eventDetail } from './cases/event-detail.ts'
import { benchCase as eventPage } from './cases/event-page.ts'
import { benchCase as eventPageWhileBooking } from './cases/event-page-while-booking.ts'
import { benchCase as myBookings } from './cases/my-bookings.ts'
import { benchCase as notify } from './cases/notify.ts'
import { peerBook, peerEventPage, peerMyBookings } from './cases/peer.ts'
import { hold, type Outcome } from './contest.ts'
import { cpuTable, faultLines, ratioTable } from './report/table.ts'
import { onStage } from './stage/stage.ts'

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
  bookHot,
  peerBook,
]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string' },
    rounds: { type: 'string' },
    clients: { type: 'string', default: '64' },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
})
const chosen = positionals.length === 0 ? cases : positionals.map(find)
const seconds = readNumber('seconds', values.quick ? 1 : 2)
const rounds = readNumber('rounds', values.quick ? 3 : 5)
const clients = readNumber('clients', 64)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => void closeWorlds().then(() => process.exit(130)))

const beganAt = performance.now()
const log = (line: string) =>
  console.log(`${((performance.now() - beganAt) / 1000).toFixed(1).padStart(7)} s  ${line}`)
log(`${chosen.length} cases, ${rounds} rounds of ${seconds} s each and side, ${clients} clients`)
const outcomes: Outcome[] = []
await onStage({ clients, log }, async (stage) => {
  for (const benchCase of chosen) outcomes.push(await hold(stage, benchCase, { seconds, rounds, log }))
})
console.log(`\n${ratioTable(outcomes)}\n\n${cpuTable(outcomes)}\n`)
const about = { ...machine(), clients, seconds, rounds }
console.log(
  Object.entries(about)
    .map(([name, value]) => `${name} ${value}`)
    .join(', '),
)
for (const line of faultLines(outcomes)) console.log(line)
if (values.json) writeFileSync(values.json, `${JSON.stringify({ ...about, outcomes }, null, 2)}\n`)
process.exit(outcomes.some(({ ours, theirs }) => ours.unexpected + theirs.unexpected > 0) ? 1 : 0)

function find(name: string): BenchCase {
  const found = cases.find((benchCase) => benchCase.name === name)
  if (found) return found
  console.error(`There is no case named ${name}: ${cases.map((each) => each.name).join(', ')}.`)
  process.exit(2)
}

function readNumber(name: 'seconds' | 'rounds' | 'clients', standard: number): number {
  const value = values[name] === undefined ? standard : Number(values[name])
  if (value > 0 && Number.isFinite(value)) return value
  console.error(`--${name} must be a number above 0.`)
  process.exit(2)
}

function machine() {
  const [cpu, ...others] = cpus()
  return {
    date: new Date().toISOString(),
    commit: commit(),
    node: process.version,
    cpu: `${cpu?.model.trim()} × ${others.length + 1}`,
    load: loadavg()
      .map((load) => load.toFixed(1))
      .join(' '),
  }
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      encoding: 'utf8',
      cwd: import.meta.dirname,
    }).trim()
  } catch {
    return 'unknown'
  }
}
