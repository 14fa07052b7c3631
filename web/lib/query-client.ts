import { QueryClient } from '@tanstack/react-query'
import { isTransient } from './api-error.ts'

const RETRIES = 2

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (failures, error) => failures < RETRIES && isTransient(error),
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
