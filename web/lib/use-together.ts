import { useThrottledCallback } from '@mantine/hooks'

const TOGETHER_MS = 400

/** For news that may come in a rush: when a hundred people book at once, things are read a few times and not a hundred. */
export function useTogether(onNews: () => void): () => void {
  return useThrottledCallback(onNews, TOGETHER_MS)
}
