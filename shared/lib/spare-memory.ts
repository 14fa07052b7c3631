import { PerformanceObserver } from 'node:perf_hooks'
import { memoryUsage } from 'node:process'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const AFTER_START_MS = 1_000
const LOOK_EVERY_MS = 5_000

/** Both halves of the space for new objects: about what the caches of a CPU hold. */
const NEW_SPACE_MAX_BYTES = 16 * 1024 * 1024

/**
 * When V8 gives memory back. A thorough collection (`last-resort`) holds everybody up for some hundred milliseconds, so
 * only who is idle has one; a regular one takes some twenty. Under full load it is left to V8.
 */
const OCCASIONS = [
  { utilisationMax: 0.05, growthMinBytes: 32 * 1024 * 1024, flavor: 'last-resort' },
  { utilisationMax: 0.5, growthMinBytes: 24 * 1024 * 1024, flavor: 'regular' },
]

/**
 * Starting, and a busy hour, need far more memory than being idle does, and V8 would keep it; under a steady load it lets
 * what is no longer needed pile up to several times of what is, because the machine has room.
 */
export function releaseSpareMemory(): void {
  limitNewSpace()
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as (options: object) => void
  let keptBytes = 0
  const release = (flavor: string) => {
    collectGarbage({ type: 'major', execution: 'sync', flavor })
    keptBytes = memoryUsage.rss()
  }
  let last = performance.eventLoopUtilization()
  const look = () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, last)
    last = now
    const grownBytes = memoryUsage.rss() - keptBytes
    const occasion = OCCASIONS.find(
      ({ utilisationMax, growthMinBytes }) => utilization < utilisationMax && grownBytes > growthMinBytes,
    )
    if (occasion) release(occasion.flavor)
  }
  setTimeout(release, AFTER_START_MS, 'last-resort').unref()
  setInterval(look, LOOK_EVERY_MS).unref()
}

/**
 * V8 doubles the space for new objects up to 128 MB, at a hundred requests a second as at ten thousand: memory that is
 * never given back, and a process that waits for its CPU's caches more often. `--max-semi-space-size` would do the same, but
 * only on the command line, and there are many of these.
 */
function limitNewSpace(): void {
  let isGrowing = true
  new PerformanceObserver(() => {
    const space = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
    const mayGrow = (space?.space_size ?? 0) < NEW_SPACE_MAX_BYTES
    if (mayGrow === isGrowing) return
    isGrowing = mayGrow
    setFlagsFromString(`--semi-space-growth-factor=${mayGrow ? 2 : 1}`)
  }).observe({ entryTypes: ['gc'] })
}
