/** How long `npm start` takes and how much memory it needs: `npm run bench:start`. */
import { median } from '#harness/load/figures.ts'
import type { Memory } from '#harness/processes/proc.ts'
import { cleanUpOnSignals, inDataDir } from '#harness/world/data-dir.ts'
import { readCommandLine } from '#shared/process/command-line.ts'
import { publish, readWholeNumber } from './command.ts'
import { IDLE_MEMORY_TARGET, memoryTable, startTable } from './report/tables.ts'
import { type Start, startOnce, totalOf } from './stage/npm-start.ts'

const usage = `npm run bench:start -- [options]

  --rounds N      how many starts of each kind (5)
  --json FILE     everything that was measured
`
const { values } = readCommandLine(usage, {
  options: { rounds: { type: 'string', default: '5' }, json: { type: 'string' } },
})
const rounds = readWholeNumber('rounds', values.rounds, 1, 100)
cleanUpOnSignals()

const starts: Record<'cold' | 'warm', Start[]> = { cold: [], warm: [] }
for (let round = 1; round <= rounds; round++) {
  await inDataDir(undefined, async (dataDir) => {
    for (const kind of ['cold', 'warm'] as const) {
      const start = await startOnce(dataDir)
      starts[kind].push(start)
      const { pss } = totalOf(start.memory)
      console.log(
        `${kind} ${round}/${rounds}: healthy after ${(start.ms / 1000).toFixed(2)} s, ${Math.round(pss)} MB idle`,
      )
    }
  })
}
publish(
  {
    tables: [startTable(starts), memoryTable(middle(starts.warm), IDLE_MEMORY_TARGET)],
    how: `${rounds} starts of each kind`,
    measured: { rounds, ...starts },
  },
  values,
)
process.exit(0)

/** Of each process the median of all starts. */
function middle(all: Start[]): Memory[] {
  return (all[0]?.memory ?? []).map(({ name, processes }, i) => ({
    name,
    processes,
    rss: median(all.map(({ memory }) => memory[i]?.rss ?? 0)),
    pss: median(all.map(({ memory }) => memory[i]?.pss ?? 0)),
  }))
}
