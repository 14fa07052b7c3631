import { sql } from 'kysely'
import * as calendarTokenStore from '#booking/calendars/calendar-token.store.ts'
import type { Db } from '#booking/database/database.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import { forgetAttempts } from '#booking/identity/login/login-attempt.store.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import * as eventMessageStore from '#booking/mail/event-message.store.ts'
import * as linkTokenStore from '#booking/mail/links/link-token.store.ts'
import * as mailPreferenceStore from '#booking/mail/preferences/mail-preference.store.ts'
import * as mailStore from '#booking/mail/queue/mail.store.ts'
import * as suppressedAddressStore from '#booking/mail/queue/suppressed-address.store.ts'
import * as noticeStore from '#booking/notices/notice.store.ts'
import { anonymousPerson } from '#shared/contracts/anonymous-person.ts'

/** Removes everything that identifies the person. Bookings and audit entries stay under the id. */
export async function anonymise(trx: Db, user: UserRow): Promise<void> {
  const { id } = user
  await userStore.updateAndEndSessions(trx, id, {
    ...anonymousPerson(id),
    phone: null,
    google_sub: null,
    password_hash: null,
    email_proven: false,
    is_admin: false,
    is_active: false,
  })
  await removeTraces(trx, id)
  await calendarTokenStore.remove(trx, id)
  await forgetAttempts(trx, [user.id, user.email])
}

/** Deletes texts by and to the person. Repeated with the erasure in the CRM, for requests that ran during the deletion. */
export async function removeTraces(trx: Db, id: number): Promise<void> {
  for (const table of ['bookings', 'waitlist_entries'] as const)
    await trx
      .updateTable(table)
      .set({ notes: null })
      .where('user_id', '=', id)
      .where('notes', 'is not', null)
      .execute()
  await trx
    .updateTable('bookings')
    .set({ removal_reason: null })
    .where('user_id', '=', id)
    .where('removal_reason', 'is not', null)
    .execute()
  await mailStore.erase(trx, id)
  await suppressedAddressStore.erase(trx, id)
  await linkTokenStore.erase(trx, id)
  await mailPreferenceStore.erase(trx, id)
  await eventMessageStore.eraseBy(trx, id)
  await noticeStore.erase(trx, id)
  // Stored answers contain name and address.
  await trx.deleteFrom('idempotency_keys').where('user_id', '=', id).execute()
}

/** Returns how many active events of a facilitator have not ended. */
export async function countEventsAhead(trx: Db, facilitator_id: number, now: Date): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from events
    where facilitator_id = ${facilitator_id} and status = 'ACTIVE' and end_datetime > ${now}`.execute(trx)
  return rows[0]?.count ?? 0
}
