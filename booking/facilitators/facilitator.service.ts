import { ensureAccount, type Person } from '#booking/auth/account.service.ts'
import type { Credentials, LoggedIn } from '#booking/auth/auth.schema.ts'
import * as auth from '#booking/auth/auth.service.ts'
import type { Deps } from '#booking/deps.ts'
import { forbidden } from '#shared/http/app-error.ts'
import type { Facilitator } from './facilitator.schema.ts'
import * as facilitatorStore from './facilitator.store.ts'
import type { NewFacilitator } from './facilitator.table.ts'

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

/** Makes a facilitator of the person, with an account if there is none yet. One who is one already stays as they are. */
export async function appoint(
  deps: Deps,
  person: Person,
  profile: Pick<NewFacilitator, 'bio' | 'specialization' | 'experience_years'>,
): Promise<{ facilitator: Facilitator; isNew: boolean }> {
  const { user, isNew } = await ensureAccount(deps, person)
  const existing = await facilitatorStore.findByUser(deps.db, user.id)
  if (existing) return { facilitator: existing, isNew }
  const { first_name, last_name } = user
  const row = await facilitatorStore.insert(deps.db, { user_id: user.id, first_name, last_name, ...profile })
  return { facilitator: facilitatorStore.toFacilitator(row), isNew }
}
