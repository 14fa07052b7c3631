import { memoryUsage } from 'node:process'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const AFTER_START_MS = 1_000
const LOOK_EVERY_MS = 5_000
const IDLE_MAX_UTILISATION = 0.05
const GROWTH_MIN_BYTES = 32 * 1024 * 1024

/**
 * Starting, and a busy hour, need far more memory than being idle does, and V8 would keep it. This kind of collection
 * gives it back, and takes some ten milliseconds: when nobody is there to notice.
 */
export function releaseMemoryWhenIdle(): void {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as (options: object) => void
  let keptBytes = 0
  const release = () => {
    collectGarbage({ type: 'major', execution: 'sync', flavor: 'last-resort' })
    keptBytes = memoryUsage.rss()
  }
  let last = performance.eventLoopUtilization()
  const look = () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, last)
    last = now
    if (utilization < IDLE_MAX_UTILISATION && memoryUsage.rss() > keptBytes + GROWTH_MIN_BYTES) release()
  }
  setTimeout(release, AFTER_START_MS).unref()
  setInterval(look, LOOK_EVERY_MS).unref()
}
