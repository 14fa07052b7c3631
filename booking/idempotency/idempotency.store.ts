import { sql } from 'kysely'
import type { Db } from '#booking/database/database.ts'
import type { IdempotencyKeyRow } from '#booking/database/idempotency.table.ts'
import { isValidSession } from '#booking/identity/sessions/session.store.ts'
import type { Session } from '#booking/identity/sessions/tokens.ts'

export type KeyOfRequest = { user_id: number; key: string; body_hash: string }

/**
 * Claims the key. `earlier` is the row of the first request with the key, undefined when this is the first. `isAdmitted` is
 * false when the session has ended: nothing is claimed then.
 */
export async function claim(
  db: Db,
  request: KeyOfRequest,
  session: Session,
  now: Date,
): Promise<{ isAdmitted: boolean; earlier?: IdempotencyKeyRow | undefined }> {
  // Repeated, because the first request may be refused and release the key between the two statements.
  for (let tries = 1; ; tries++) {
    const { isAdmitted, isClaimed } = await tryToClaim(db, request, session, now)
    if (!isAdmitted || isClaimed) return { isAdmitted }
    const earlier = await find(db, request)
    if (earlier) return { isAdmitted, earlier }
    if (tries === TRIES_MAX) return { isAdmitted, earlier: { ...request, ...UNANSWERED, claimed_at: now } }
  }
}

async function tryToClaim(db: Db, { user_id, key, body_hash }: KeyOfRequest, session: Session, now: Date) {
  const { rows } = await sql<{ is_claimed: boolean }>`
    with admitted as (select id from users where ${isValidSession(session)}),
    claimed as (
      insert into idempotency_keys (user_id, key, body_hash, claimed_at)
      select ${user_id}, ${key}, ${body_hash}, ${now} from admitted
      on conflict do nothing returning key
    )
    select exists (select from claimed) as is_claimed from admitted`.execute(db)
  return { isAdmitted: rows.length > 0, isClaimed: rows[0]?.is_claimed === true }
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

/** Takes the key over from a first request that died. Returns false when a concurrent request was faster. */
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

/** Stores the answer. */
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

/** Stores the key together with its answer. Returns false when there is one already. */
export async function insertSettled(
  trx: Db,
  request: KeyOfRequest,
  answer: { status: number; answer: string },
  now: Date,
): Promise<boolean> {
  const stored = await trx
    .insertInto('idempotency_keys')
    .values({ ...request, ...answer, claimed_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning('key')
    .executeTakeFirst()
  return stored !== undefined
}

/** Deletes the key, unless a booking was made under it. */
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

/** Keeps the newest `kept` keys of each account, and those whose request is running. */
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
