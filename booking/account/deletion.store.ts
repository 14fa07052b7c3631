import { sql } from 'kysely'
import * as calendarTokenStore from '#booking/calendars/calendar-token.store.ts'
import type { Db } from '#booking/database/database.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import { forgetAttempts } from '#booking/identity/login/login-attempt.store.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import { anonymousPerson } from '#shared/contracts/anonymous-person.ts'

/** What tells who somebody was goes; what the books need stays, under the same id. */
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

/** What the person wrote. Again when the CRM is told, for what was under way when the account was deleted. */
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
  // They hold answers, with the name and the address in them.
  await trx.deleteFrom('idempotency_keys').where('user_id', '=', id).execute()
}

/** How many events a facilitator still has to hold. */
export async function countEventsAhead(trx: Db, facilitator_id: number, now: Date): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from events
    where facilitator_id = ${facilitator_id} and status = 'ACTIVE' and end_datetime > ${now}`.execute(trx)
  return rows[0]?.count ?? 0
}
