import { useSyncExternalStore } from 'react'
import * as session from './session.ts'

export function useSession(): session.Session | undefined {
  return useSyncExternalStore(session.subscribe, session.get)
}
