import { setFlagsFromString } from 'node:v8'

/** What a service wants of V8: at most 16 MB for new objects, in two halves (0040). */
export const SERVICE_OPTIONS = ['--max-semi-space-size=8']

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
