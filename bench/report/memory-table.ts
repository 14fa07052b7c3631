import { whole } from '../figures.ts'
import { type Memory, totalOf } from '../stage/memory.ts'
import { align } from './align.ts'

/** All processes, and their sum, which should not be above the target. */
export function memoryTable(memories: Memory[], target: number): string {
  const row = ({ name, processes, rss, pss }: Memory) => [name, String(processes), whole(rss), whole(pss)]
  const all = [...row(totalOf(memories)), `≤ ${target}`]
  return align([['memory, MB', 'processes', 'RSS', 'PSS', 'target'], ...memories.map(row), all], 1)
}
