import { sql } from 'kysely'
import type { Db } from '#crm/database/database.ts'
import { anonymousPerson } from '#shared/contracts/anonymous-person.ts'
import { fullName } from '#shared/lib/full-name.ts'

/**
 * Replaces the personal data of a user in all notifications and deletes the notes about them; bookings and statistics keep
 * the id. Returns the number of bookings that were changed. Rows are locked in order of booking, as by the intake, so that
 * neither can deadlock.
 */
export async function anonymise(trx: Db, user_id: number): Promise<number> {
  const person = anonymousPerson(user_id)
  const { email } = person
  const name = fullName(person)
  const { numAffectedRows } = await sql`
    with theirs as materialized (
      select booking_id from notifications where user_id = ${user_id} order by booking_id for no key update
    )
    update notifications
    set user_email = ${email}, user_name = ${name}, user_phone = null, notes = null, imported_fields = null
    where booking_id in (select booking_id from theirs)
    and (user_email, user_name, user_phone, notes, imported_fields) is distinct from (${email}, ${name}, null, null, null)`.execute(
    trx,
  )
  await sql`
    update crm_status_changes set notes = null
    where notes is not null and booking_id in (select booking_id from notifications where user_id = ${user_id})
  `.execute(trx)
  return Number(numAffectedRows ?? 0)
}
