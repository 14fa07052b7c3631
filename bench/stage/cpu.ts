import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { readFamily, readStat } from '#harness/processes/proc.ts'

/** The CPU time that one process, or several, have used so far, in µs. */
export type CpuMeter = () => number

/** Linux counts in hundredths of a second, whatever the kernel's own clock. */
const TICK_US = 10_000
const CALM_SAMPLE_MS = 150
/** Both services and both servers at rest use less than that of one core. */
const CALM_SHARE = 0.06

export function processMeter(...pids: (() => number)[]): CpuMeter {
  return () => pids.reduce((sum, pid) => sum + (readStat(pid())?.ownTicks ?? 0), 0) * TICK_US
}

/** A server and its children, also those that have ended meanwhile. */
export function familyMeter(parent: () => number): CpuMeter {
  return () => {
    const family = readFamily(parent())
    return family.reduce((sum, { ownTicks }) => sum + ownTicks, family[0]?.endedTicks ?? 0) * TICK_US
  }
}

/** All that the machine has done since it started, on all its cores, what its host took away included. */
export function machineMeter(): number {
  const [line = ''] = readFileSync('/proc/stat', 'latin1').split('\n', 1)
  const [user = 0, nice = 0, system = 0, _idle, _ioWait, irq = 0, softIrq = 0, stolen = 0] = line
    .split(/ +/)
    .slice(1)
    .map(Number)
  return (user + nice + system + irq + softIrq + stolen) * TICK_US
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
