import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** What one process, or all processes of a PostgreSQL server, has used so far. */
export type CpuMeter = () => number

/** Linux counts in hundredths of a second, whatever the kernel's own clock. */
const TICK_US = 10_000
const CALM_SAMPLE_MS = 150
/** Both services and both servers at rest use less than that of one core. */
const CALM_SHARE = 0.06

/** Microseconds of user and system time of a process, 0 when it is gone. */
export function processMeter(pid: () => number): CpuMeter {
  return () => (readStat(pid())?.ownTicks ?? 0) * TICK_US
}

/** A server and its children, also those that have ended meanwhile. */
export function familyMeter(parent: () => number): CpuMeter {
  return () => {
    const pid = parent()
    const family = readStat(pid)
    if (!family) return 0
    const children = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => readStat(Number(name)))
      .filter((stat) => stat?.parent === pid)
    return (
      children.reduce((sum, stat) => sum + (stat?.ownTicks ?? 0), family.ownTicks + family.endedTicks) *
      TICK_US
    )
  }
}

/** Waits until what the last round left behind has been done, so that it does not weigh on the next. */
export async function untilCalm(meters: CpuMeter[], maxMs = 8_000): Promise<void> {
  const deadline = performance.now() + maxMs
  const sum = () => meters.reduce((total, meter) => total + meter(), 0)
  for (let before = sum(); performance.now() < deadline; ) {
    await sleep(CALM_SAMPLE_MS)
    const now = sum()
    if (now - before <= CALM_SAMPLE_MS * 1_000 * CALM_SHARE) return
    before = now
  }
}

type Stat = { parent: number; ownTicks: number; endedTicks: number }

function readStat(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name is in brackets and may hold anything, brackets too.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const [parent = 0, ...ticks] = [1, 11, 12, 13, 14].map((i) => Number(fields[i]))
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = ticks
    return { parent, ownTicks: user + system, endedTicks: endedUser + endedSystem }
  } catch {
    return undefined
  }
}
