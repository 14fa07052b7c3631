import { memoryUsage } from 'node:process'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const AFTER_START_MS = 1_000
const LOOK_EVERY_MS = 5_000

/**
 * When V8 gives memory back: the busier the process, the more there has to be to gain, because a collection holds
 * everybody up for some ten milliseconds. Under full load it is left to V8.
 */
const OCCASIONS = [
  { utilisationMax: 0.05, growthMinBytes: 32 * 1024 * 1024, flavor: 'last-resort' },
  { utilisationMax: 0.5, growthMinBytes: 64 * 1024 * 1024, flavor: 'regular' },
]

/**
 * Starting, and a busy hour, need far more memory than being idle does, and V8 would keep it; under a steady load it lets
 * what is no longer needed pile up to several times of what is, because the machine has room.
 */
export function releaseSpareMemory(): void {
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
