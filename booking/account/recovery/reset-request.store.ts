import { type Insertable, sql } from 'kysely'
import { insertEntries } from '#booking/audit-log/audit-log.sql.ts'
import type { Db } from '#booking/database/database.ts'
import type { PasswordResetRequestTable } from '#booking/database/link-token.table.ts'
import { oweAll } from '#booking/mail/queue/mail.store.ts'

export async function insert(db: Db, request: Insertable<PasswordResetRequestTable>): Promise<void> {
  await db.insertInto('password_reset_requests').values(request).execute()
}

type Answering = { now: Date; limit: number; isDemoExcluded: boolean }

/**
 * Deletes the oldest requests, and owes the owners of open accounts a mail for each, with an entry in the audit log. Returns how
 * many requests there were.
 */
export async function answer(db: Db, { now, limit, isDemoExcluded }: Answering): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with taken as (
      delete from password_reset_requests where id in (
        select id from password_reset_requests order by id limit ${limit} for update skip locked
      ) returning id, email_key
    ),
    found as (
      select taken.id, users.id as user_id from taken join users on users.email_key = taken.email_key
      where users.is_active and not (${isDemoExcluded}::boolean and users.is_demo)
    ),
    owed as (
      ${oweAll(
        sql`
          select 'password-reset:' || id, 'password-reset', user_id, null::integer, null::integer, '{}'::jsonb,
            ${now}::timestamptz
          from found order by id`,
        now,
      )}
    ),
    noted as (
      ${insertEntries({
        at: now,
        actor_id: null,
        action: 'user.password_reset_requested',
        subject: 'user',
        subject_id: sql`user_id`,
        source: sql`found`,
      })}
    )
    select count(*)::integer as count from taken`.execute(db)
  return rows[0]?.count ?? 0
}
