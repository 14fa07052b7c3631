import type { Credentials, LoggedIn } from '#booking/auth/auth.schema.ts'
import * as auth from '#booking/auth/auth.service.ts'
import type { Deps } from '#booking/deps.ts'
import { forbidden } from '#shared/http/app-error.ts'
import type { Facilitator } from './facilitator.schema.ts'
import * as facilitatorStore from './facilitator.store.ts'

const notAFacilitator = () =>
  forbidden('not_a_facilitator', 'This account is not a facilitator: use the attendee login instead.')

/** The same check of credentials as for attendees; only then does it show whether the account may lead events. */
export async function logIn(
  deps: Deps,
  origin: { ip: string },
  credentials: Credentials,
): Promise<LoggedIn & { facilitator: Facilitator }> {
  const user = await auth.logIn(deps, origin, credentials)
  const facilitator = await facilitatorStore.findByUser(deps.db, user.id)
  if (!facilitator?.is_active) throw notAFacilitator()
  return { ...(await auth.startSession(deps, user)), facilitator }
}
