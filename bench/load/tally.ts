import type { Answer } from './connection.ts'
import { createLatencies, type LatencySummary } from './latencies.ts'

export type Expected = {
  status: number
  /** Answers that contain it are counted in `withText`. */
  text?: string
}

export type TallyResult = LatencySummary & {
  /** Answers with the expected status. */
  count: number
  withText: number
  unexpected: number
  /** The first few unexpected answers. */
  samples: string[]
}

const SAMPLES_MAX = 3
const SAMPLE_MAX_CHARS = 200

/** Looks at every answer and counts. */
export function createTally({ status: expected, text }: Expected) {
  const latencies = createLatencies()
  const wanted = text === undefined ? undefined : Buffer.from(text)
  const counts = { count: 0, withText: 0, unexpected: 0, samples: [] as string[] }
  return {
    add({ status, body, ms }: Answer) {
      if (status === expected) {
        counts.count++
        latencies.add(ms)
        if (wanted && body.includes(wanted)) counts.withText++
      } else {
        counts.unexpected++
        if (counts.samples.length < SAMPLES_MAX)
          counts.samples.push(`${status} ${body.toString().slice(0, SAMPLE_MAX_CHARS)}`)
      }
    },
    result: (): TallyResult => ({ ...counts, ...latencies.summary() }),
  }
}
