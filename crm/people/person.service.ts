import type { Deps } from '#crm/deps.ts'
import * as personStore from './person.store.ts'

/** Forgets who a person was. To be asked again changes nothing. The file backup follows as after any change. */
export async function forget({ db, changes, log }: Deps, user_id: number): Promise<{ bookings: number }> {
  const bookings = await db.transaction().execute((trx) => personStore.anonymise(trx, user_id))
  if (bookings > 0) changes.mark()
  log.info({ user_id, bookings }, 'person forgotten')
  return { bookings }
}
