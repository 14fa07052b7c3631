/** Long proofs with real processes: `npm run torture` lists them, `npm run torture -- last-seat --quick` runs one. */
import { randomInt } from 'node:crypto'
import { createLog } from '#harness/load/figures.ts'
import { breakOff, cleanUpOnSignals } from '#harness/world/data-dir.ts'
import { leave, readCommandLine, refuseCommandLine } from '#shared/process/command-line.ts'
import { proof as firstBoot } from './crashes/first-boot.ts'
import { proof as killApi } from './crashes/kill-api.ts'
import { proof as secondProcess } from './crashes/second-process.ts'
import { proof as stopUnderLoad } from './crashes/stop-under-load.ts'
import { proof as postgresSilent } from './database/blackhole.ts'
import { proof as diskFull } from './database/disk-full.ts'
import { proof as failover } from './database/failover.ts'
import { proof as moveData } from './database/move.ts'
import { proof as pgbouncer } from './database/pgbouncer.ts'
import { proof as postgresRestart } from './database/restart.ts'
import { proof as crmDown } from './delivery/crm-down.ts'
import { proof as crmFaults } from './delivery/crm-faults.ts'
import { proof as killAnything } from './delivery/kill-anything.ts'
import { proof as killCrm } from './delivery/kill-crm.ts'
import { proof as overload } from './endurance/overload.ts'
import { proof as soak } from './endurance/soak.ts'
import {
  withHaproxy as rollingRestart,
  withNginx as rollingRestartNginx,
} from './instances/rolling-restart.ts'
import { proof as twoDoors } from './instances/two-doors.ts'
import { figureOf, type Proof, type ProofContext, type Verdict } from './proof.ts'
import { record } from './record.ts'
import { proof as churn } from './seats/churn.ts'
import { proof as idempotencyKey } from './seats/idempotency-key.ts'
import { proof as lastSeat } from './seats/last-seat.ts'
import { proof as liveSeats } from './seats/live-seats.ts'
import { proof as oneBooking } from './seats/one-booking.ts'
import { proof as waitlist } from './seats/waitlist.ts'
import { proof as accessMatrix } from './security/access-matrix.ts'
import { proof as bruteForce } from './security/brute-force.ts'
import { proof as feeds } from './security/feeds.ts'
import { proof as fuzz } from './security/fuzz.ts'
import { proof as hoarding } from './security/hoarding.ts'
import { proof as loginTiming } from './security/login-timing.ts'
import { proof as memory } from './security/memory.ts'
import { proof as slowClients } from './security/slow-clients.ts'
import { proof as straddle } from './security/straddle.ts'
import { proof as streams } from './security/streams.ts'

const proofs: Proof[] = [
  lastSeat,
  oneBooking,
  churn,
  idempotencyKey,
  waitlist,
  liveSeats,
  killApi,
  firstBoot,
  secondProcess,
  crmDown,
  crmFaults,
  killCrm,
  killAnything,
  postgresRestart,
  postgresSilent,
  diskFull,
  failover,
  pgbouncer,
  stopUnderLoad,
  overload,
  soak,
  moveData,
  twoDoors,
  rollingRestart,
  rollingRestartNginx,
  fuzz,
  accessMatrix,
  slowClients,
  bruteForce,
  loginTiming,
  memory,
  feeds,
  streams,
  hoarding,
  straddle,
]

const usage = `npm run torture -- <name>… [options]     or all

  --quick         the short form
  --seconds N     how long, where a proof has a duration
  --rounds N      how often, where it has rounds
  --seed N        repeat a run
  --record        write the figure into docs/reliability.md

${proofs.map(({ name, row, claim }) => `  ${name.padEnd(23)}${row.padEnd(5)}${claim}`).join('\n')}
`
const HOURS_MAX = 3

const { values, positionals } = readCommandLine(usage, {
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    seconds: { type: 'string' },
    rounds: { type: 'string' },
    seed: { type: 'string' },
    record: { type: 'boolean', default: false },
  },
})
if (positionals.length === 0) leave(usage)
const chosen = positionals.includes('all') ? proofs : positionals.map(find)
cleanUpOnSignals()
setTimeout(() => void breakOff(`${HOURS_MAX} hours are over`), HOURS_MAX * 3_600_000).unref()

let failures = 0
for (const proof of chosen) if (!(await runOne(proof))) failures++
// Not left to chance: a connection that somebody forgot must not keep a finished run alive.
process.exit(failures === 0 ? 0 : 1)

async function runOne(proof: Proof): Promise<boolean> {
  const seed = values.seed === undefined ? randomInt(2 ** 31) : readNumber('seed')
  const log = createLog()
  const context: ProofContext = {
    quick: values.quick,
    seed,
    log,
    ...(values.seconds !== undefined && { seconds: readNumber('seconds') }),
    ...(values.rounds !== undefined && { rounds: readNumber('rounds') }),
  }
  log(`${proof.row} ${proof.name}, seed ${seed}`)
  const verdict = await proof.run(context).catch(asFailure)
  console.log(`${proof.claim} | ${figureOf(verdict)} | ${verdict.ok ? 'pass' : 'FAIL'}`)
  if (values.record) record(proof, verdict, command(proof))
  return verdict.ok
}

function asFailure(error: unknown): Verdict {
  console.error(error)
  return { ok: false, figure: `broke off: ${(error as Error).message.split('\n')[0]}` }
}

/** Without the seed: it is there to repeat a failure, and would make every row differ. */
function command({ name }: Proof): string {
  const options = [
    values.quick && '--quick',
    values.seconds && `--seconds ${values.seconds}`,
    values.rounds && `--rounds ${values.rounds}`,
  ]
  return ['npm run torture --', name, ...options.filter(Boolean)].join(' ')
}

function find(name: string): Proof {
  return proofs.find((proof) => proof.name === name) ?? refuseCommandLine(`There is no proof “${name}”.`)
}

function readNumber(name: 'seconds' | 'rounds' | 'seed'): number {
  const value = Number(values[name])
  return Number.isInteger(value) && value >= 0
    ? value
    : refuseCommandLine(`--${name} must be a whole number.`)
}
