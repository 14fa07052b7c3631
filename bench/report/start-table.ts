import { median, spread, whole } from '../figures.ts'
import { totalOf } from '../stage/memory.ts'
import type { Start } from '../stage/npm-start.ts'
import { align } from './align.ts'

const START_TARGETS = { cold: 5, warm: 2 }
export const MEMORY_TARGET = 350

/** Seconds from the command to two healthy services, medians of all starts. */
export function startTable(starts: Record<'cold' | 'warm', Start[]>): string {
  const rows = (['cold', 'warm'] as const).map((kind) => {
    const seconds = starts[kind].map(({ ms }) => ms / 1_000)
    const memory = median(starts[kind].map((start) => totalOf(start.memory).pss))
    const [fastest, slowest] = spread(seconds).map((each) => each.toFixed(2))
    return [
      kind,
      median(seconds).toFixed(2),
      `${fastest}–${slowest}`,
      `≤ ${START_TARGETS[kind]}`,
      whole(memory),
      `≤ ${MEMORY_TARGET}`,
    ]
  })
  return align([['npm start until healthy', 's', 'range', 'target', 'MB idle', 'target'], ...rows], 1)
}
