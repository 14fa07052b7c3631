/** How long one person waits, and each of several, beside the least that it takes: `npm run bench:latency`. */
import { createLog } from '#harness/load/figures.ts'
import { cleanUpOnSignals } from '#harness/world/data-dir.ts'
import { readCommandLine, refuseCommandLine } from '#shared/process/command-line.ts'
import { publish, readWholeNumber } from './command.ts'
import { type Latency, measureLatencies } from './latency/measure.ts'
import { latencyPicture } from './report/pictures.ts'
import { latencyTable } from './report/tables.ts'
import { onStage } from './stage/stage.ts'

const usage = `npm run bench:latency -- [options]

  --place P       embedded, external or both (both); external needs PostgreSQL from the system's packages
  --seconds N     how long a round is (1)
  --rounds N      how many rounds count (5)
  --json FILE     everything that was measured
  --svg FILE      a picture of it
`
const { values } = readCommandLine(usage, {
  options: {
    place: { type: 'string', default: 'both' },
    seconds: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'string' },
    svg: { type: 'string' },
  },
})
if (!['embedded', 'external', 'both'].includes(values.place))
  refuseCommandLine('--place must be embedded, external or both.')
const plan = {
  seconds: readWholeNumber('seconds', values.seconds, 1, 60),
  rounds: readWholeNumber('rounds', values.rounds, 1, 20),
}
cleanUpOnSignals()

const log = createLog()
const latencies: Latency[] = []
for (const place of ['embedded', 'external'].filter((each) => [each, 'both'].includes(values.place))) {
  log(`${place} PostgreSQL`)
  const isExternal = place === 'external'
  latencies.push(
    ...(await onStage({ clients: 1, log, isExternal }, (stage) => measureLatencies(stage, place, plan))),
  )
}
const result = {
  tables: [latencyTable(latencies)],
  how: `medians of ${plan.rounds} rounds`,
  measured: { plan, latencies },
  picture: (subtitle: string) => latencyPicture(latencies, subtitle),
}
publish(result, values)
process.exit(0)
