import { sql } from 'kysely'
import type { Db } from '#booking/database/database.ts'

/** A range of transactions, by their ids: `after` is exclusive, `until` inclusive. A full one may have others behind it. */
export type Span = { after: string; until: string; isFull: boolean }

const SPAN_ENTRIES_MAX = 2_000

/**
 * Makes sure that there is a cursor of this PostgreSQL cluster. Transaction ids of another one, from which the data was
 * moved, say nothing here: `planAll` is called once for what is there, and the cursor continues with the own transaction.
 */
export async function adopt(db: Db, planAll: (trx: Db, after: string) => Promise<void>): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const here = await getCluster(trx)
    await trx
      .insertInto('mail_cursor')
      .values({ position: '0', cluster: here })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    const cursor = await trx.selectFrom('mail_cursor').selectAll().forUpdate().executeTakeFirstOrThrow()
    if (cursor.cluster === here) return
    await planAll(trx, cursor.position)
    await sql`update mail_cursor set cluster = ${here}, position = pg_current_xact_id()`.execute(trx)
  })
}

/** Whether there may be entries behind the cursor: without a lock, for a look every second. */
export async function isBehind(db: Db): Promise<boolean> {
  const { rows } = await sql<{ is_behind: boolean }>`
    select exists (
      select from audit_log where xact > (select position from mail_cursor)
      and xact < pg_snapshot_xmin(pg_current_snapshot())
    ) as is_behind`.execute(db)
  return rows[0]?.is_behind ?? false
}

/**
 * Locks the cursor and returns the next transactions with entries in the audit log. All of them have ended: what is not
 * below the oldest running transaction may still commit entries, and is left for the next call. Undefined when there are
 * none, or when another instance has the lock.
 */
export async function lockNext(trx: Db): Promise<Span | undefined> {
  const cursor = await trx
    .selectFrom('mail_cursor')
    .select('position')
    .forUpdate()
    .skipLocked()
    .executeTakeFirst()
  if (!cursor) return undefined
  const { rows } = await sql<{ until: string; entries: number }>`
    select xact::text as until, count(*) over () as entries from (
      select xact from audit_log
      where xact > ${cursor.position}::xid8 and xact < pg_snapshot_xmin(pg_current_snapshot())
      order by xact limit ${SPAN_ENTRIES_MAX}
    ) next order by xact desc limit 1`.execute(trx)
  const [last] = rows
  return last && { after: cursor.position, until: last.until, isFull: last.entries === SPAN_ENTRIES_MAX }
}

export async function move(trx: Db, position: string): Promise<void> {
  await trx.updateTable('mail_cursor').set({ position }).execute()
}

async function getCluster(db: Db): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    select system_identifier::text as id from pg_control_system()`.execute(db)
  return rows[0]?.id ?? ''
}
