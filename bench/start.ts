/** How long `npm start` takes and how much memory it needs: `npm run bench:start`. */
import { writeFileSync } from 'node:fs'
import { inDataDir } from '#harness/world/world.ts'
import { readCommandLine } from '#shared/process/command-line.ts'
import { cleanUpOnSignals, readWholeNumber } from './command.ts'
import { median } from './figures.ts'
import { memoryTable } from './report/memory-table.ts'
import { MEMORY_TARGET, startTable } from './report/start-table.ts'
import { describeMachine } from './stage/machine.ts'
import { type Memory, totalOf } from './stage/memory.ts'
import { type Start, startOnce } from './stage/npm-start.ts'

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
const machine = describeMachine()
const memory = middle(starts.warm)
console.log(
  [
    '',
    startTable(starts),
    memoryTable(memory, MEMORY_TARGET),
    `${machine.date.slice(0, 10)}, commit ${machine.commit}, ${machine.cpu}, load ${machine.load}`,
  ].join('\n\n'),
)
if (values.json) writeFileSync(values.json, `${JSON.stringify({ ...machine, rounds, ...starts }, null, 2)}\n`)
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
