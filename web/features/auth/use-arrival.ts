import { paths } from '#web/paths.ts'

/**
 * Where somebody goes who has just logged in: to where they wanted to be, or to what is on. The page is loaded anew, so
 * that nothing of what was read, or read ahead, as a stranger stands in the way.
 */
export function useArrival(next: string | undefined): () => void {
  return () => window.location.replace(next ?? paths.events)
}
