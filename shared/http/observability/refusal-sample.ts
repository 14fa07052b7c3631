import type { FastifyBaseLogger } from 'fastify'
import type { Logger } from '#shared/telemetry/logger.ts'

/** Enough to see what goes on, and too little to fill a disk. */
const LINES_MAX = 20
const WINDOW_MS = 1_000

/**
 * Of refused requests, which anybody can cause by the thousand, only so many a second have a line in the log. Whoever has every
 * request logged (`LOG_LEVEL=debug`) has these logged too.
 */
export type RefusalSample = {
  /** Whether this one may have its line. The others are counted, and told together when the second is over. */
  admit(status: number): boolean
}

export function createRefusalSample(log: FastifyBaseLogger): RefusalSample {
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
      if ((log as Logger).isLevelEnabled('debug')) return true
      if (!isCounting) setTimeout(end, WINDOW_MS).unref()
      isCounting = true
      if (lines++ < LINES_MAX) return true
      left[status] = (left[status] ?? 0) + 1
      return false
    },
  }
}
