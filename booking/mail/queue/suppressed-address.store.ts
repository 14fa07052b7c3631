import type { Db } from '#booking/database/database.ts'
import { canonicalEmail } from '#booking/identity/users/email.ts'

/** Nothing is sent to an address that its server has refused for good. `reason` is what the server said. */
export async function suppress(db: Db, email: string, reason: string, now: Date): Promise<void> {
  await db
    .insertInto('suppressed_addresses')
    .values({ email_key: canonicalEmail(email), reason: reason.slice(0, 500), suppressed_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export function find(db: Db, email: string): Promise<{ reason: string } | undefined> {
  return db
    .selectFrom('suppressed_addresses')
    .select('reason')
    .where('email_key', '=', canonicalEmail(email))
    .executeTakeFirst()
}

export async function lift(db: Db, email: string): Promise<void> {
  await db.deleteFrom('suppressed_addresses').where('email_key', '=', canonicalEmail(email)).execute()
}
