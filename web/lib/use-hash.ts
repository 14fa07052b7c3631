import { useSyncExternalStore } from 'react'

/** What stands behind the `#` of the address. The router's own hook would split its code, which costs the first visit 3 kB. */
export function useHash(): string {
  return useSyncExternalStore(subscribe, read)
}

const read = () => window.location.hash.slice(1)

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener)
  return () => removeEventListener('hashchange', listener)
}
