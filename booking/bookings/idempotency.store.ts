import { sql } from 'kysely'
import type { Db } from '#booking/database.ts'
import type { IdempotencyKeyRow } from './idempotency.table.ts'

export type KeyOfRequest = { user_id: number; key: string; body_hash: string }

/** Undefined when this request is the first to use the key; else what is known of the first. */
export async function claim(
  db: Db,
  request: KeyOfRequest,
  now: Date,
): Promise<IdempotencyKeyRow | undefined> {
  // The first may be refused, and let go of the key, between one look and the next.
  for (let tries = 1; ; tries++) {
    const claimed = await db
      .insertInto('idempotency_keys')
      .values({ ...request, claimed_at: now })
      .onConflict((conflict) => conflict.doNothing())
      .returning('key')
      .executeTakeFirst()
    const earlier = claimed ? undefined : await find(db, request)
    if (claimed || earlier) return earlier
    if (tries === TRIES_MAX) return { ...request, ...UNANSWERED, claimed_at: now }
  }
}

const TRIES_MAX = 5
const UNANSWERED = { booking_id: null, status: null, answer: null }

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

/** Leaves each account its newest `kept` keys, and those whose request is under way. */
export async function removeBeyond(db: Db, kept: number): Promise<void> {
  await sql`
    with crowded as (
      select user_id from idempotency_keys group by user_id having count(*) > ${kept}::integer
    )
    delete from idempotency_keys using crowded, lateral (
      select claimed_at as last from idempotency_keys where user_id = crowded.user_id
      order by claimed_at desc offset ${kept}::integer limit 1
    ) oldest
    where idempotency_keys.user_id = crowded.user_id and claimed_at <= last and answer is not null`.execute(
    db,
  )
}
