import { readdirSync, readFileSync } from 'node:fs'

/** Times in ticks; `ended` are those of children that are gone. */
export type ProcessStat = { pid: number; parent: number; ownTicks: number; endedTicks: number }

export function readStat(pid: number): ProcessStat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name is in brackets and may hold anything, brackets too.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const [parent = 0, ...ticks] = [1, 11, 12, 13, 14].map((i) => Number(fields[i]))
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = ticks
    return { pid, parent, ownTicks: user + system, endedTicks: endedUser + endedSystem }
  } catch {
    return undefined
  }
}

/** A process and its children, but not theirs. Empty when it is gone. */
export function readFamily(pid: number): ProcessStat[] {
  const parent = readStat(pid)
  if (!parent) return []
  const others = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)) ?? [])
  return [parent, ...others.filter((stat) => stat.parent === pid)]
}
