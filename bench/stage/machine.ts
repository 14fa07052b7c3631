import { execFileSync } from 'node:child_process'
import { cpus, loadavg } from 'node:os'

/** Where and when something was measured. */
export type Machine = { date: string; commit: string; node: string; cpu: string; load: string }

export function describeMachine(): Machine {
  const [cpu, ...others] = cpus()
  return {
    date: new Date().toISOString(),
    commit: commit(),
    node: process.version,
    cpu: `${others.length + 1} × ${cpu?.model.trim()}`,
    load: loadavg()
      .map((load) => load.toFixed(1))
      .join(' '),
  }
}

function commit(): string {
  try {
    const options = { encoding: 'utf8', cwd: import.meta.dirname } as const
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], options).trim()
  } catch {
    return 'unknown'
  }
}
