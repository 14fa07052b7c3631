import { useQuery } from '@tanstack/react-query'
import type { Facilitator } from '../api/contract.ts'
import { useSession } from '../api/use-session.ts'
import { accountQuery } from './account.queries.ts'

/** What the account may do beyond booking. `facilitator` is only set while they are active. */
export type Role = { isAdmin: boolean; facilitator: Facilitator | undefined }

/** Undefined until it is known, and for visitors who are not logged in. */
export function useRole(): Role | undefined {
  const isLoggedIn = useSession() !== undefined
  const { data } = useQuery({ ...accountQuery, enabled: isLoggedIn })
  if (!data || !isLoggedIn) return undefined
  const { account, facilitator } = data
  return { isAdmin: account.is_admin, facilitator: facilitator?.is_active ? facilitator : undefined }
}

export const runsEvents = (role: Role | undefined): boolean =>
  role !== undefined && (role.isAdmin || role.facilitator !== undefined)
