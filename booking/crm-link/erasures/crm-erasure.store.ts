import { sql } from 'kysely'
import { leaseEnd } from '#booking/crm-link/outbox/outbox.store.ts'
import type { Db } from '#booking/database/database.ts'

/** A person to be erased in the CRM. `isRepeated`: acknowledged before, and sent a second time to be sure. */
export type Erasure = { user_id: number; attempts: number; isRepeated: boolean }

export async function insert(trx: Db, user_id: number, requested_at: Date, dueAt: Date): Promise<void> {
  await trx
    .insertInto('crm_erasures')
    .values({ user_id, requested_at, next_attempt_at: dueAt, last_error: null })
    .execute()
}

/**
 * Claims due erasures under a lease, the longest overdue first. People with messages in the outbox are skipped, since
 * those messages contain their name.
 */
export async function claimDue(db: Db, now: Date, limit: number): Promise<Erasure[]> {
  const { rows } = await sql<Erasure>`
    update crm_erasures set next_attempt_at = ${leaseEnd(now)}
    where user_id in (
      select user_id from crm_erasures due
      where checked_at is null and next_attempt_at <= ${now} and not exists (
        select from outbox join bookings on bookings.id = outbox.booking_id where bookings.user_id = due.user_id
      )
      order by next_attempt_at limit ${limit} for update skip locked
    ) returning user_id, attempts, acknowledged_at is not null as "isRepeated"`.execute(db)
  return rows
}

/** The CRM has acknowledged: the erasure is due once more at `againAt`. */
export async function complete(trx: Db, user_id: number, now: Date, againAt: Date): Promise<void> {
  await trx
    .updateTable('crm_erasures')
    .set({ acknowledged_at: now, next_attempt_at: againAt, attempts: 0, last_error: null })
    .where('user_id', '=', user_id)
    .execute()
}

/** The second erasure is acknowledged: done. */
export async function check(db: Db, user_id: number, now: Date): Promise<void> {
  await db
    .updateTable('crm_erasures')
    .set({ checked_at: now, last_error: null })
    .where('user_id', '=', user_id)
    .execute()
}

export async function retryAt(db: Db, user_id: number, at: Date, error: string): Promise<void> {
  await db
    .updateTable('crm_erasures')
    .set({ attempts: sql`attempts + 1`, next_attempt_at: at, last_error: error.slice(0, 500) })
    .where('user_id', '=', user_id)
    .execute()
}

/** Returns how many erasures the CRM has not acknowledged. */
export async function countWaiting(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('crm_erasures')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('acknowledged_at', 'is', null)
    .executeTakeFirstOrThrow()
  return count
}

/** Makes all erasures due again, after the CRM was restored from an old backup. Returns how many. */
export async function repeatAll(db: Db, now: Date): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('crm_erasures')
    .set({ acknowledged_at: null, checked_at: null, attempts: 0, next_attempt_at: now })
    .executeTakeFirst()
  return Number(numUpdatedRows)
}
