import type { Db } from '#booking/database.ts'
import type { IdempotencyKeyRow } from './idempotency.table.ts'

export type KeyOfRequest = { user_id: number; key: string; body_hash: string }

/** Undefined when this request is the first to use the key; else what is known of the first. */
export async function claim(
  db: Db,
  request: KeyOfRequest,
  now: Date,
): Promise<IdempotencyKeyRow | undefined> {
  const claimed = await db
    .insertInto('idempotency_keys')
    .values({ ...request, claimed_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning('key')
    .executeTakeFirst()
  return claimed ? undefined : find(db, request)
}

export function find(db: Db, { user_id, key }: KeyOfRequest): Promise<IdempotencyKeyRow | undefined> {
  return db
    .selectFrom('idempotency_keys')
    .selectAll()
    .where('user_id', '=', user_id)
    .where('key', '=', key)
    .executeTakeFirst()
}

/** Takes over from a first request that died. False when another one was faster. */
export async function takeOver(db: Db, row: IdempotencyKeyRow, now: Date): Promise<boolean> {
  const taken = await db
    .updateTable('idempotency_keys')
    .set({ claimed_at: now })
    .where('user_id', '=', row.user_id)
    .where('key', '=', row.key)
    .where('claimed_at', '=', row.claimed_at)
    .where('answer', 'is', null)
    .returning('key')
    .executeTakeFirst()
  return taken !== undefined
}

/** Keeps the answer for every later request with the key. */
export async function settle(
  db: Db,
  { user_id, key }: KeyOfRequest,
  answer: { status: number; answer: string },
): Promise<void> {
  await db
    .updateTable('idempotency_keys')
    .set(answer)
    .where('user_id', '=', user_id)
    .where('key', '=', key)
    .execute()
}

/** Lets the key be used again, unless a booking was made under it. */
export async function release(db: Db, { user_id, key }: KeyOfRequest): Promise<void> {
  await db
    .deleteFrom('idempotency_keys')
    .where('user_id', '=', user_id)
    .where('key', '=', key)
    .where('booking_id', 'is', null)
    .execute()
}

export async function removeOlderThan(db: Db, at: Date): Promise<void> {
  await db.deleteFrom('idempotency_keys').where('claimed_at', '<', at).execute()
}
