/** Long proofs with real processes: `npm run torture` lists them, `npm run torture -- last-seat --quick` runs one. */
import { randomInt } from 'node:crypto'
import { createLog } from '#harness/load/figures.ts'
import { breakOff, cleanUpOnSignals } from '#harness/world/data-dir.ts'
import { leave, readCommandLine, refuseCommandLine } from '#shared/process/command-line.ts'
import { figureOf, type Proof, type ProofContext, type Verdict } from './proof.ts'
import { record } from './record.ts'

const proofs: Proof[] = (
  await Promise.all([
    import('./seats/last-seat.ts'),
    import('./seats/one-booking.ts'),
    import('./seats/churn.ts'),
    import('./seats/idempotency-key.ts'),
    import('./seats/waitlist.ts'),
    import('./seats/live-seats.ts'),
    import('./crashes/kill-api.ts'),
    import('./crashes/first-boot.ts'),
    import('./crashes/second-process.ts'),
    import('./delivery/crm-down.ts'),
    import('./delivery/crm-faults.ts'),
    import('./delivery/kill-crm.ts'),
    import('./delivery/kill-anything.ts'),
    import('./mail/mail-kills.ts'),
    import('./mail/mail-backlog.ts'),
    import('./database/restart.ts'),
    import('./database/blackhole.ts'),
    import('./database/disk-full.ts'),
    import('./database/failover.ts'),
    import('./database/pgbouncer.ts'),
    import('./crashes/stop-under-load.ts'),
    import('./endurance/overload.ts'),
    import('./endurance/soak.ts'),
    import('./database/move.ts'),
    import('./instances/two-doors.ts'),
    import('./instances/rolling-restart.ts'),
    import('./security/fuzz.ts'),
    import('./security/access-matrix.ts'),
    import('./security/slow-clients.ts'),
    import('./security/brute-force.ts'),
    import('./security/login-timing.ts'),
    import('./security/forgotten-passwords.ts'),
    import('./security/memory.ts'),
    import('./security/feeds.ts'),
    import('./security/streams.ts'),
    import('./security/hoarding.ts'),
    import('./security/straddle.ts'),
  ])
).flatMap(({ proof }): Proof | Proof[] => proof)

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
