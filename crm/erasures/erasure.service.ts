import type { Db } from '#crm/database/database.ts'
import type { Changes } from '#crm/intake/unsaved-changes.ts'
import type { Logger } from '#shared/telemetry/logger.ts'
import * as personStore from './erasure.store.ts'

export type ErasureDeps = { log: Logger; db: Db; changes: Changes }

/** Forgets who a person was. To be asked again changes nothing. The file backup follows as after any change. */
export async function forget(
  { db, changes, log }: ErasureDeps,
  user_id: number,
): Promise<{ bookings: number }> {
  const bookings = await db.transaction().execute((trx) => personStore.anonymise(trx, user_id))
  if (bookings > 0) changes.mark()
  log.info({ user_id, bookings }, 'person forgotten')
  return { bookings }
}
