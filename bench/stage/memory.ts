import { readFileSync } from 'node:fs'

/** In MB. `pss` counts what processes share in parts, so that only it may be added up. */
export type Memory = { name: string; processes: number; rss: number; pss: number }

export function memoryOf(name: string, pids: number[]): Memory {
  const each = pids.flatMap((pid) => readRollup(pid) ?? [])
  const sum = (key: 'rss' | 'pss') => each.reduce((total, memory) => total + memory[key], 0)
  return { name, processes: each.length, rss: sum('rss'), pss: sum('pss') }
}

export function totalOf(memories: Memory[]): Memory {
  const sum = (key: 'processes' | 'rss' | 'pss') => memories.reduce((total, memory) => total + memory[key], 0)
  return { name: 'all', processes: sum('processes'), rss: sum('rss'), pss: sum('pss') }
}

function readRollup(pid: number): { rss: number; pss: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1')
    const megabytes = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(text)?.[1]) / 1_024
    return { rss: megabytes('Rss'), pss: megabytes('Pss') }
  } catch {
    // It has ended meanwhile.
    return undefined
  }
}
