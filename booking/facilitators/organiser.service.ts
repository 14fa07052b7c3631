import type { Db } from '#booking/database/database.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import { forbidden } from '#shared/errors/app-error.ts'
import type { Facilitator } from './facilitator.schema.ts'
import * as facilitatorStore from './facilitator.store.ts'

const facilitatorsOnly = () =>
  forbidden('facilitators_only', 'This is for facilitators: log in with a facilitator account.')
const notTheOrganiser = () =>
  forbidden('not_the_organiser', 'Only the facilitator this belongs to, or an admin, may do this.')

/** Returns the caller's facilitator. Throws 403 when they have none or it is no longer active. */
export async function getOwnFacilitator(db: Db, caller: UserRow): Promise<Facilitator> {
  const facilitator = await facilitatorStore.findByUser(db, caller.id)
  if (!facilitator?.is_active) throw facilitatorsOnly()
  return facilitator
}

/** Throws 403 unless the caller is that facilitator, or an admin. */
export async function requireOrganiser(db: Db, caller: UserRow, facilitator_id: number): Promise<void> {
  if (!(await isOrganiser(db, caller, facilitator_id))) throw notTheOrganiser()
}

export async function isOrganiser(db: Db, caller: UserRow, facilitator_id: number): Promise<boolean> {
  if (caller.is_admin) return true
  const facilitator = await facilitatorStore.findByUser(db, caller.id)
  return facilitator?.is_active === true && facilitator.id === facilitator_id
}
