import type { Db } from '#booking/database/database.ts'
import { MAIL_PREFERENCES, type MailPreferences } from '#booking/database/mail-preference.table.ts'

export async function get(db: Db, user_id: number): Promise<MailPreferences> {
  const row = await db
    .selectFrom('mail_preferences')
    .select(MAIL_PREFERENCES)
    .where('user_id', '=', user_id)
    .executeTakeFirst()
  return row ?? ALL_ON
}

const ALL_ON: MailPreferences = {
  reminders: true,
  booking_mails: true,
  new_bookings: true,
  cancellations: true,
}

export async function set(trx: Db, user_id: number, changes: Partial<MailPreferences>): Promise<void> {
  await trx
    .insertInto('mail_preferences')
    .values({ ...changes, user_id })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet({ ...changes, user_id }))
    .execute()
}

export async function erase(trx: Db, user_id: number): Promise<void> {
  await trx.deleteFrom('mail_preferences').where('user_id', '=', user_id).execute()
}
