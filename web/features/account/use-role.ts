import { useQuery } from '@tanstack/react-query'
import type { Facilitator } from '#booking/facilitators/facilitator.schema.ts'
import { useSession } from '#web/lib/use-session.ts'
import { accountQuery } from './account.queries.ts'

/** What somebody is here beside an attendee. A facilitator is one as long as they lead events. */
export type Role = { isAdmin: boolean; facilitator: Facilitator | undefined }

/** Undefined while it is not known, and for whoever is not logged in. */
export function useRole(): Role | undefined {
  const isLoggedIn = useSession() !== undefined
  const { data } = useQuery({ ...accountQuery, enabled: isLoggedIn })
  if (!data || !isLoggedIn) return undefined
  const { account, facilitator } = data
  return { isAdmin: account.is_admin, facilitator: facilitator?.is_active ? facilitator : undefined }
}

export const runsEvents = (role: Role | undefined): boolean =>
  role !== undefined && (role.isAdmin || role.facilitator !== undefined)
