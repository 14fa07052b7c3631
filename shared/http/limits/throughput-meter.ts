/** An overload, as opposed to a burst: this many times more requests arrive than are finished, for longer than this. */
const OVERLOAD_RATIO = 2.5
const BURST_MAX_MS = 700
const UPDATE_EVERY_MS = 50
/** Time constant of the moving averages. */
const AVERAGED_MS = 250
/** While the process is not busy, the estimate grows by this factor with each update. */
const RECOVERY = 1.25
/** Lowest estimate from which it recovers, in requests a millisecond. */
const PER_MS_MIN = 0.01

/**
 * Measures the throughput in requests a millisecond, at most `best`. It is updated when a request arrives and not by a timer, because a
 * busy event loop may delay timers for seconds.
 */
export function createThroughputMeter(best: number) {
  let perMs = best
  let arrivedPerMs = 0
  let finished = 0
  let arrived = 0
  let updatedAtMs = performance.now()
  let overloadedSinceMs: number | undefined
  return {
    countFinished: () => void finished++,
    countArrived: () => void arrived++,
    endOverload() {
      overloadedSinceMs = undefined
    },
    isOverloaded: () =>
      overloadedSinceMs !== undefined && performance.now() - overloadedSinceMs > BURST_MAX_MS,
    /** Returns the estimate. With few requests in progress their number says nothing about the capacity: then it recovers. */
    update(isBusy: boolean): number {
      const elapsedMs = performance.now() - updatedAtMs
      if (elapsedMs < UPDATE_EVERY_MS) return perMs
      const weight = Math.min(1, elapsedMs / AVERAGED_MS)
      const expected = isBusy
        ? perMs + (finished / elapsedMs - perMs) * weight
        : (perMs + PER_MS_MIN) * RECOVERY ** (elapsedMs / UPDATE_EVERY_MS)
      perMs = Math.min(best, expected)
      arrivedPerMs += (arrived / elapsedMs - arrivedPerMs) * weight
      const isTooMuch = arrivedPerMs > OVERLOAD_RATIO * (perMs + PER_MS_MIN)
      overloadedSinceMs = isTooMuch ? (overloadedSinceMs ?? performance.now()) : undefined
      finished = 0
      arrived = 0
      updatedAtMs += elapsedMs
      return perMs
    },
  }
}
