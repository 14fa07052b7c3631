/** How long a request takes in a small and in a large database: `npm run bench:growth`. */
import { createLog } from '#harness/load/figures.ts'
import { cleanUpOnSignals } from '#harness/world/data-dir.ts'
import { readCommandLine } from '#shared/process/command-line.ts'
import { publish, readWholeNumber } from './command.ts'
import { askAll } from './growth/ask.ts'
import { sizeOf, withSizes } from './growth/grow.ts'
import { growthPicture } from './report/pictures.ts'
import { growthLines, growthTable, type Measured } from './report/tables.ts'

const usage = `npm run bench:growth -- [options]

  --events N      the largest number of events (1000000); smaller ones are powers of ten from 1,000 on
  --turns N       how often each request is made (40)
  --json FILE     everything that was measured
  --svg FILE      a picture of it
`
const SMALLEST = 1_000

const { values } = readCommandLine(usage, {
  options: {
    events: { type: 'string', default: '1000000' },
    turns: { type: 'string', default: '40' },
    json: { type: 'string' },
    svg: { type: 'string' },
  },
})
const largest = readWholeNumber('events', values.events, SMALLEST, 10_000_000)
// Of ten pages each turn asks for another one, and the smallest database has a hundred.
const turns = readWholeNumber('turns', values.turns, 1, 75)
cleanUpOnSignals()

const log = createLog()
const sizes = [1_000, 10_000, 100_000, 1_000_000]
  .filter((events) => events < largest)
  .concat(largest)
  .map(sizeOf)
const measured = await withSizes(
  sizes,
  ({ events }, line) => log(`${events.toLocaleString('en')} events: ${line}`),
  async (worlds): Promise<Measured[]> => {
    log(`asking each of them everything ${turns} times`)
    const latencies = await askAll(worlds, turns)
    return worlds.map(({ size, world, notifySeconds }, i) => {
      return { size, seedSeconds: world.group.seedSeconds, notifySeconds, latencies: latencies[i] ?? {} }
    })
  },
)
const result = {
  tables: [growthTable(measured), ...growthLines(measured)],
  how: `${turns} requests each`,
  measured: { turns, measured },
  picture: (subtitle: string) => growthPicture(measured, subtitle),
}
publish(result, values)
process.exit(0)
