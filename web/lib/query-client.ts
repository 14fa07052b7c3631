import { QueryClient } from '@tanstack/react-query'
import { isTransient, retryAfterMs } from './api-error.ts'

const RETRIES = 2
/** Whoever is asked to wait longer than this is told so, and decides. */
const WAIT_MAX_MS = 5_000

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (failures, error) =>
        failures < RETRIES && isTransient(error) && retryAfterMs(error) <= WAIT_MAX_MS,
      retryDelay: (failures, error) => Math.max(1_000 * 2 ** failures, retryAfterMs(error)),
    },
    // What changes something is repeated by people, who see what became of it.
    mutations: { retry: false },
  },
})

type Snapshot = { undo(): void }

/**
 * Shows a change before the server has agreed to it. Reads that are under way would bring the old state back, so they are
 * stopped. `undo` puts everything back that `change` was given.
 */
export async function showAtOnce<T>(
  queryKey: readonly unknown[],
  change: (known: T) => T,
): Promise<Snapshot> {
  await queryClient.cancelQueries({ queryKey })
  const before = queryClient.getQueriesData<T>({ queryKey })
  queryClient.setQueriesData<T>({ queryKey }, (known) => known && change(known))
  return {
    undo() {
      for (const [key, known] of before) queryClient.setQueryData(key, known)
    },
  }
}
