import { QueryClient, type QueryKey } from '@tanstack/react-query'
import { mayRetry, retryWaitMs } from './api/retry.rules.ts'
import { keys } from './query-keys.ts'

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // Otherwise what is asked for without a connection waits in silence, and a change is made when nobody expects it any more.
      networkMode: 'always',
      refetchOnReconnect: true,
      retry: mayRetry,
      retryDelay: retryWaitMs,
    },
    // A change is repeated by people only: they see what became of the first attempt.
    mutations: { retry: false, networkMode: 'always' },
  },
})

/**
 * Invalidates everything under these keys. The promise is fulfilled once what is on the screen was asked for again, with whether all
 * of it could be read.
 */
export async function refresh(...queryKeys: QueryKey[]): Promise<boolean> {
  await Promise.all(queryKeys.map((queryKey) => queryClient.invalidateQueries({ queryKey })))
  const onScreen = queryKeys.flatMap((queryKey) =>
    queryClient.getQueryCache().findAll({ queryKey, type: 'active' }),
  )
  return onScreen.every(({ state }) => !state.isInvalidated)
}

/** Everything about the reader's seats. */
export const readSeats = () => refresh(keys.bookings.all, keys.events.all, keys.waitlist.all, keys.notices)

/** After a seat was taken or given up. */
export const refreshSeats = (): void => void readSeats()
