import type { Logger } from '#shared/telemetry/logger.ts'

const LINES_MAX = 20
const WINDOW_MS = 1_000

/** Samples the log lines of refused requests, which anybody can cause by the thousand. With `LOG_LEVEL=debug` all are logged. */
export type RefusalSample = {
  /** Whether this refusal gets a line of its own. The others are counted and logged in one line when the second is over. */
  admit(status: number): boolean
}

export function createRefusalSample(log: Logger): RefusalSample {
  let lines = 0
  let left: Record<number, number> = {}
  let isCounting = false
  const end = () => {
    isCounting = false
    lines = 0
    const count = Object.values(left).reduce((sum, each) => sum + each, 0)
    if (count > 0) log.warn({ count, statuses: left }, 'refused requests without a line')
    left = {}
  }
  return {
    admit(status) {
      if (log.isLevelEnabled('debug')) return true
      if (!isCounting) setTimeout(end, WINDOW_MS).unref()
      isCounting = true
      if (lines++ < LINES_MAX) return true
      left[status] = (left[status] ?? 0) + 1
      return false
    },
  }
}
