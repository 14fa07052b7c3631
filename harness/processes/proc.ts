import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** What Linux tells of processes in `/proc`. One that has ended has nothing to tell: it is left out. */

/** Times in hundredths of a second; `endedTicks` are those of children that are gone. */
export type ProcessStat = {
  pid: number
  parent: number
  isZombie: boolean
  ownTicks: number
  endedTicks: number
}

/** In MB. `pss` counts what processes share in parts, so that only it may be added up. */
export type Memory = { name: string; processes: number; rss: number; pss: number }

export function readStat(pid: number): ProcessStat | undefined {
  const text = read(pid, 'stat')
  if (text === '') return undefined
  // The name is in brackets and may hold anything, brackets too.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [parent = 0, user = 0, system = 0, endedUser = 0, endedSystem = 0] = [1, 11, 12, 13, 14].map((i) =>
    Number(fields[i]),
  )
  const ticks = { ownTicks: user + system, endedTicks: endedUser + endedSystem }
  return { pid, parent, isZombie: fields[0] === 'Z', ...ticks }
}

/** A process and its children, but not theirs. Empty when it is gone. */
export function readFamily(pid: number): ProcessStat[] {
  const parent = readStat(pid)
  return parent ? [parent, ...childrenOf(pid)] : []
}

export function childrenOf(pid: number): ProcessStat[] {
  return processIds()
    .flatMap((each) => readStat(each) ?? [])
    .filter((stat) => stat.parent === pid)
}

/** Every other process whose environment or command line names the data directory. */
export function processesOf(dataDir: string): number[] {
  return processIds().filter(
    (pid) =>
      pid !== process.pid &&
      (read(pid, 'environ').includes(`DATA_DIR=${dataDir}\0`) || read(pid, 'cmdline').includes(dataDir)) &&
      readStat(pid)?.isZombie === false,
  )
}

/** Every process that works in the directory, as all of a PostgreSQL server do in that of its data. */
export function processesIn(dir: string): number[] {
  return processIds().filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === dir
    } catch {
      return false
    }
  })
}

/** SIGKILL, or another signal, to all of them; some may have ended meanwhile. */
export function signalAll(pids: number[], signal: NodeJS.Signals = 'SIGKILL'): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal)
    } catch {
      // It has ended meanwhile.
    }
  }
}

export const commandOf = (pid: number): string => read(pid, 'cmdline').replaceAll('\0', ' ')

/** Resident memory in MB. */
export const residentMegabytes = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(read(pid, 'status'))?.[1]) / 1_024

export const countOpenFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length

export function memoryOf(name: string, pids: number[]): Memory {
  const texts = pids.map((pid) => read(pid, 'smaps_rollup')).filter(Boolean)
  const sum = (key: string) =>
    texts.reduce(
      (all, text) => all + Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(text)?.[1]) / 1_024,
      0,
    )
  return { name, processes: texts.length, rss: sum('Rss'), pss: sum('Pss') }
}

function processIds(): number[] {
  const names = existsSync('/proc') ? readdirSync('/proc') : []
  return names.filter((name) => /^\d+$/.test(name)).map(Number)
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}
