import { useSyncExternalStore } from 'react'
import * as session from './session.ts'

export function useSession(): session.Session | undefined {
  return useSyncExternalStore(session.subscribe, session.get)
}

/** Whether the server has refused the session. With a session: the user has to log in again to go on. */
export function useHasEnded(): boolean {
  return useSyncExternalStore(session.subscribe, session.hasEnded)
}
