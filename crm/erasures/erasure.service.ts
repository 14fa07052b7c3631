import type { Db } from '#crm/database/database.ts'
import type { UnsavedChanges } from '#crm/intake/unsaved-changes.ts'
import type { Logger } from '#shared/telemetry/logger.ts'
import * as erasureStore from './erasure.store.ts'

export type ErasureDeps = { log: Logger; db: Db; unsavedChanges: UnsavedChanges }

/** Erases the personal data of a user; idempotent. Returns the number of bookings that were changed. */
export async function forget(
  { db, unsavedChanges, log }: ErasureDeps,
  user_id: number,
): Promise<{ bookings: number }> {
  const bookings = await db.transaction().execute((trx) => erasureStore.anonymise(trx, user_id))
  if (bookings > 0) unsavedChanges.mark()
  log.info({ user_id, bookings }, 'person forgotten')
  return { bookings }
}
