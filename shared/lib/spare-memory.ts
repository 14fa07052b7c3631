import { memoryUsage } from 'node:process'
import { setFlagsFromString } from 'node:v8'

/**
 * What a service wants of V8: at most 16 MB for new objects, in two halves, and leave to say when memory is to be given back.
 * The usual way to get `gc` without an option, out of a second context of V8's, makes every request a third dearer.
 */
export const SERVICE_OPTIONS = ['--expose-gc', '--max-semi-space-size=8']

const AFTER_START_MS = 1_000
const LOOK_EVERY_MS = 5_000

type Flavor = 'last-resort' | 'regular'

/**
 * When V8 gives memory back. A thorough collection (`last-resort`) holds everybody up for some hundred milliseconds, so
 * only who is idle has one; a regular one takes some twenty. Under full load it is left to V8.
 */
const OCCASIONS: { utilisationMax: number; growthMinBytes: number; flavor: Flavor }[] = [
  { utilisationMax: 0.05, growthMinBytes: 32 * 1024 * 1024, flavor: 'last-resort' },
  { utilisationMax: 0.5, growthMinBytes: 24 * 1024 * 1024, flavor: 'regular' },
]

/**
 * Starting, and a busy hour, need far more memory than being idle does, and V8 would keep it; under a steady load it lets
 * what is no longer needed pile up to several times of what is, because the machine has room. Without `SERVICE_OPTIONS` it is
 * left to V8.
 */
export function releaseSpareMemory(): void {
  const collectGarbage = globalThis.gc
  if (!collectGarbage) return
  /** Resident after the last collection that was so thorough, or more. */
  const keptBytes = { 'last-resort': 0, regular: 0 }
  const release = (flavor: Flavor) => {
    collectGarbage({ type: 'major', execution: 'sync', flavor })
    keptBytes.regular = memoryUsage.rss()
    if (flavor === 'last-resort') keptBytes[flavor] = keptBytes.regular
  }
  let last = performance.eventLoopUtilization()
  const look = () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, last)
    last = now
    const bytes = memoryUsage.rss()
    const occasion = OCCASIONS.find(
      ({ utilisationMax, growthMinBytes, flavor }) =>
        utilization < utilisationMax && bytes - keptBytes[flavor] > growthMinBytes,
    )
    if (occasion) release(occasion.flavor)
  }
  setTimeout(release, AFTER_START_MS, 'last-resort').unref()
  setInterval(look, LOOK_EVERY_MS).unref()
}

const TIGHT_FOR_MS = 10_000
let loosening: NodeJS.Timeout | undefined

/**
 * For whoever has just made a long answer. V8 lets the heap grow to four times of what is in use before it collects: that saves
 * work as long as answers are small, and is 200 MB where long ones are made one after the other. For the next seconds it is
 * half as much again.
 */
export function collectSooner(): void {
  if (loosening) return void loosening.refresh()
  setFlagsFromString('--heap-growing-percent=40')
  loosening = setTimeout(() => {
    loosening = undefined
    // Nought leaves it to V8.
    setFlagsFromString('--heap-growing-percent=0')
  }, TIGHT_FOR_MS).unref()
}
