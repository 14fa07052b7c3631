import type { Db } from '#booking/database/database.ts'
import type { MailPreferences } from '#booking/database/mail-preference.table.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import * as facilitatorStore from '#booking/facilitators/facilitator.store.ts'
import { changePreferences } from '#booking/mail/preferences/mail-preference.service.ts'
import { forbidden } from '#shared/errors/app-error.ts'
import type { Clock } from '#shared/lib/clock.ts'
import type { ChangePreferences } from './account.schema.ts'

const leadsNothing = () =>
  forbidden('facilitators_only', 'Mails about the bookings of others are for those who lead events.')

/** Returns what holds now. Throws 403 for mails to facilitators, unless the caller is one. */
export async function choosePreferences(
  deps: { db: Db; clock: Clock },
  { id }: UserRow,
  wanted: ChangePreferences,
): Promise<MailPreferences> {
  const isForFacilitators = wanted.new_bookings !== undefined || wanted.cancellations !== undefined
  if (isForFacilitators && !(await facilitatorStore.findByUser(deps.db, id))) throw leadsNothing()
  return changePreferences(deps, { user_id: id, actor_id: id }, wanted)
}
