import { useThrottledCallback } from '@mantine/hooks'

const BATCH_MS = 400

/** Limits how often live updates cause reads: many within 400 ms are answered together. */
export function useBatched(onChange: () => void): () => void {
  return useThrottledCallback(onChange, BATCH_MS)
}
