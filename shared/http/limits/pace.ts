/** It is no crowd but an overload when there come so many times more than are finished, for so long. */
const OVERLOAD = 2.5
const CROWD_MAX_MS = 700
const LOOK_EVERY_MS = 50
/** Over so long the pace is averaged. */
const REMEMBERED_MS = 250
/** How much faster it is taken to be with each look at a process that has little to do, and from where on. */
const RECOVERY = 1.25
const SLOWEST = 0.01

/**
 * How many requests are finished each millisecond, at most `best`. It looks at the clock when somebody comes, not by a
 * timer: a process that is kept busy by what arrives does not get round to its timers for seconds.
 */
export function createPace(best: number) {
  let perMs = best
  let offeredPerMs = 0
  let finished = 0
  let offered = 0
  let lookedAtMs = performance.now()
  let overloadedSinceMs: number | undefined
  return {
    count: () => void finished++,
    offer: () => void offered++,
    relieve() {
      overloadedSinceMs = undefined
    },
    isOverloaded: () =>
      overloadedSinceMs !== undefined && performance.now() - overloadedSinceMs > CROWD_MAX_MS,
    /** While few are inside, how many are finished says nothing: then it slowly trusts itself again. */
    look(isBusy: boolean): number {
      const elapsedMs = performance.now() - lookedAtMs
      if (elapsedMs < LOOK_EVERY_MS) return perMs
      const weight = Math.min(1, elapsedMs / REMEMBERED_MS)
      const expected = isBusy
        ? perMs + (finished / elapsedMs - perMs) * weight
        : (perMs + SLOWEST) * RECOVERY ** (elapsedMs / LOOK_EVERY_MS)
      perMs = Math.min(best, expected)
      offeredPerMs += (offered / elapsedMs - offeredPerMs) * weight
      const isTooMuch = offeredPerMs > OVERLOAD * (perMs + SLOWEST)
      overloadedSinceMs = isTooMuch ? (overloadedSinceMs ?? performance.now()) : undefined
      finished = 0
      offered = 0
      lookedAtMs += elapsedMs
      return perMs
    },
  }
}
