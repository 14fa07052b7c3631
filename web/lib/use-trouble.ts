import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useSyncExternalStore } from 'react'
import { troubleOf } from './api/retry.rules.ts'

/** Why something that is on the screen is being asked for again; undefined when nothing is. */
export function useTrouble(): ReturnType<typeof troubleOf> | undefined {
  const cache = useQueryClient().getQueryCache()
  const subscribe = useCallback((listener: () => void) => cache.subscribe(listener), [cache])
  return useSyncExternalStore(subscribe, () => {
    const failing = cache
      .getAll()
      .find(
        (query) =>
          query.state.fetchStatus === 'fetching' && query.state.fetchFailureCount > 0 && query.isActive(),
      )
    return failing && troubleOf(failing.state.fetchFailureReason)
  })
}
