import { useRouter } from '@tanstack/react-router'
import { paths } from '#web/paths.ts'

/** Where somebody goes who has just logged in: to where they wanted to be, or to what is on. */
export function useArrival(next: string | undefined): () => void {
  const { history } = useRouter()
  return () => history.replace(next ?? paths.events)
}
