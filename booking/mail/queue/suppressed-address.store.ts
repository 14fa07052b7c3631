import { sql } from 'kysely'
import type { Db } from '#booking/database/database.ts'
import { canonicalEmail } from '#booking/identity/users/email.ts'

/** An address of an account. */
type Address = { user_id: number; email: string }

/** For so long nothing is sent there: then the next mail is tried. */
const SUPPRESSED_DAYS = 90

/**
 * Nothing is sent to an address whose server has said that there is no such mailbox. `reason` is what it said. Of an account that was
 * closed or deleted meanwhile nothing is stored.
 */
export async function suppress(
  db: Db,
  { user_id, email, reason }: Address & { reason: string },
  now: Date,
): Promise<void> {
  await sql`
    insert into suppressed_addresses (user_id, email_key, reason, suppressed_at)
    select id, ${canonicalEmail(email)}, ${reason.slice(0, 500)}, ${now}::timestamptz
    from users where id = ${user_id} and is_active for share
    on conflict (user_id, email_key) do update set reason = excluded.reason, suppressed_at = excluded.suppressed_at`.execute(
    db,
  )
}

export function find(
  db: Db,
  { user_id, email }: Address,
  now: Date,
): Promise<{ reason: string } | undefined> {
  return db
    .selectFrom('suppressed_addresses')
    .select('reason')
    .where('user_id', '=', user_id)
    .where('email_key', '=', canonicalEmail(email))
    .where('suppressed_at', '>', endedBefore(now))
    .executeTakeFirst()
}

export async function lift(db: Db, { user_id, email }: Address): Promise<void> {
  await db
    .deleteFrom('suppressed_addresses')
    .where('user_id', '=', user_id)
    .where('email_key', '=', canonicalEmail(email))
    .execute()
}

export async function erase(trx: Db, user_id: number): Promise<void> {
  await trx.deleteFrom('suppressed_addresses').where('user_id', '=', user_id).execute()
}

export async function forgetEnded(db: Db, now: Date): Promise<void> {
  await db.deleteFrom('suppressed_addresses').where('suppressed_at', '<=', endedBefore(now)).execute()
}

const endedBefore = (now: Date) => new Date(now.getTime() - SUPPRESSED_DAYS * 86_400_000)
