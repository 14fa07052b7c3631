/**
 * Fills the configured database for load tests: `npm run seed -- --events 1000 --users 500 --bookings 2000 --tokens tokens.jsonl`,
 * or for looking at the pages: `npm run seed -- --studio`.
 */
import { loadConfig } from '#booking/config.ts'
import { openDeps } from '#booking/open-deps.ts'
import { type SeedPlan, seed, seedPlanFault } from '#harness/data/seed-data.ts'
import { STUDIO, seedStudio } from '#harness/data/studio-data.ts'
import { opened, readCommandLine, refuseCommandLine } from '#shared/process/command-line.ts'
import { createLogger } from '#shared/telemetry/logger.ts'

const HELP = `Usage: npm run seed -- [options]
  --events N, --users N, --facilitators N, --bookings N
                  how many of each to add (100, 100, 5, 0)
  --capacity N    seats of each event (20)
  --hot           all bookings at one event
  --tokens FILE   an access token of each person, as JSON, one object a line
  --studio        instead of these: a studio of 120 events, 60 people and 340 bookings over some weeks, with long and
                  foreign titles, names and texts; log in as studio-1@example.com with the demo's password
  --yes           also in production`

const { values } = readCommandLine(HELP, {
  options: {
    events: { type: 'string', default: '100' },
    users: { type: 'string', default: '100' },
    facilitators: { type: 'string', default: '5' },
    bookings: { type: 'string', default: '0' },
    capacity: { type: 'string', default: '20' },
    hot: { type: 'boolean', default: false },
    tokens: { type: 'string' },
    studio: { type: 'boolean', default: false },
    yes: { type: 'boolean', default: false },
  },
})
const plan: SeedPlan = {
  events: readCount('events'),
  users: readCount('users'),
  facilitators: readCount('facilitators'),
  bookings: readCount('bookings'),
  capacity: readCount('capacity'),
  hot: values.hot,
  tokensFile: values.tokens,
}
const config = await opened(async () => loadConfig())
const fault =
  config.production && !values.yes
    ? 'This is a production database: add --yes if you really want invented data in it.'
    : seedPlanFault(plan)
if (fault) refuse(fault)

const startedAt = performance.now()
const say = (line: string) =>
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${line}`)
const { deps, close } = await opened(() =>
  openDeps(config, createLogger('seed', 'warn'), { hasLongStatements: true }),
)
if (values.studio) {
  say(`a studio of ${STUDIO.events} events, ${STUDIO.people} people and ${STUDIO.bookings} bookings`)
  await seedStudio(deps).catch((error: Error) => refuse(error.message))
} else await seed(deps, plan, say)
await close()
say('done')

function readCount(name: 'events' | 'users' | 'facilitators' | 'bookings' | 'capacity'): number {
  const count = Number(values[name])
  if (!Number.isInteger(count) || count < 0 || count > 100_000_000)
    refuseCommandLine(`--${name} must be a whole number.`)
  return count
}

function refuse(why: string): never {
  console.error(why)
  process.exit(1)
}
