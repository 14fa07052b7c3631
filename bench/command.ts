import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { refuseCommandLine } from '#shared/process/command-line.ts'

export function readWholeNumber(name: string, text: string, min: number, max: number): number {
  const value = Number(text)
  return Number.isInteger(value) && value >= min && value <= max
    ? value
    : refuseCommandLine(`--${name} must be a whole number from ${min} to ${max}.`)
}

type Result = {
  tables: string[]
  /** How it was measured, in words. */
  how: string
  /** For --json, behind the circumstances. */
  measured: object
  /** For --svg, with the circumstances below the title. */
  picture?: (subtitle: string) => string
}

/** Prints the tables with where and when they were measured, and writes the files that were asked for. */
export function publish(
  { tables, how, measured, picture }: Result,
  files: { json?: string | undefined; svg?: string | undefined },
): void {
  const machine = describeMachine()
  const { date, commit, node, cpu, load } = machine
  const circumstances = `${date.slice(0, 10)}, commit ${commit}, Node ${node}, ${cpu}, load ${load}; ${how}`
  console.log(['', ...tables, circumstances].join('\n\n'))
  if (files.json) writeFileSync(files.json, `${JSON.stringify({ ...machine, ...measured }, null, 2)}\n`)
  if (files.svg && picture) writeFileSync(files.svg, picture(circumstances))
}

function describeMachine() {
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
