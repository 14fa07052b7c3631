import { type RawBuilder, sql } from 'kysely'
import type { Db } from '#booking/database/database.ts'
import type { MailRow, MailStatus } from '#booking/database/mail.table.ts'
import { ANONYMOUS_DOMAIN } from '#shared/contracts/anonymous-person.ts'
import { hasWords } from '#shared/db/text-search.ts'
import type { Slice } from '#shared/http/schemas/pagination.ts'

/** A mail that a transaction owes somebody. What it says is composed just before it is sent, from what is true then. */
type NewMail = {
  /** Why it is owed, and to whom. A second mail for the same reason is not added. */
  reason: string
  /** A key of `MAIL_KINDS`. */
  kind: string
  user_id: number
  event_id?: number
  booking_id?: number
  /** Instead of the account's address when it is sent. */
  address?: string
  /** What the kind needs besides. No secrets: it is in the export of the account. */
  details?: Record<string, unknown>
}

/** A mail under the lease of the one who sends it. */
export type ClaimedMail = Pick<
  MailRow,
  | 'id'
  | 'reason'
  | 'kind'
  | 'user_id'
  | 'event_id'
  | 'booking_id'
  | 'address'
  | 'details'
  | 'attempts'
  /** The end of the lease. */
  | 'next_attempt_at'
  | 'created_at'
>

/** What tells one attempt from another. */
type Claim = Pick<MailRow, 'id' | 'attempts'>

/** A mail as it was sent. */
export type SentMail = {
  sent_to: string
  subject: string
  text: string
  html: string
  calendar: string | null
}

/** How long a claim lasts, unless it is renewed. */
const LEASE_SECONDS = 60

/** Adds mails. Call it in the transaction that causes them. */
export async function owe(trx: Db, mails: NewMail[], now: Date): Promise<void> {
  if (mails.length === 0) return
  const rows = mails.map(({ details = {}, ...mail }) => ({
    ...mail,
    details: JSON.stringify(details),
    next_attempt_at: now,
    created_at: now,
  }))
  await trx
    .insertInto('mails')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/**
 * The same for each row of `select`, whose columns are reason, kind, user_id, event_id, booking_id, details (jsonb), and
 * next_attempt_at. Returns an `insert` statement that returns nothing.
 */
export function oweAll(select: RawBuilder<unknown>, now: Date): RawBuilder<unknown> {
  return sql`
    insert into mails (reason, kind, user_id, event_id, booking_id, details, next_attempt_at, created_at)
    select owed.*, ${now}::timestamptz from (${select}) owed on conflict (reason) do nothing`
}

/** Claims due mails, the longest due first, and those whose lease has ended. */
export async function claimDue(db: Db, now: Date, limit: number): Promise<ClaimedMail[]> {
  const { rows } = await sql<ClaimedMail>`
    update mails set status = 'sending', attempts = attempts + 1, next_attempt_at = ${leaseEnd(now)}
    where id in (
      select id from mails where status in ('waiting', 'sending') and next_attempt_at <= ${now}
      order by next_attempt_at, id limit ${limit} for update skip locked
    ) returning id, reason, kind, user_id, event_id, booking_id, address, details, attempts, next_attempt_at, created_at`.execute(
    db,
  )
  return rows
}

/** Has the lease of a mail begin anew. Returns its end; undefined where another sender has claimed the mail. */
export async function renew(db: Db, mail: Claim, now: Date): Promise<Date | undefined> {
  const renewed = await held(db, mail)
    .set({ next_attempt_at: leaseEnd(now) })
    .returning('next_attempt_at')
    .executeTakeFirst()
  return renewed?.next_attempt_at
}

/** Notes of which version of its event a mail is going to tell: it may arrive although nobody learns of it. */
export async function noteTold(db: Db, mail: Claim, event_sequence: number | null): Promise<void> {
  await held(db, mail).set({ event_sequence }).execute()
}

/**
 * Notes that the server has accepted a mail, whoever has its lease by now. It is kept as it was sent, for admins and the
 * person's export.
 */
export async function complete(
  db: Db,
  id: number,
  { text, html, ...sent }: SentMail,
  now: Date,
): Promise<void> {
  await db
    .updateTable('mails')
    .set({
      ...sent,
      body_text: keptUnlessErased(text),
      body_html: keptUnlessErased(html),
      status: 'sent',
      last_error: null,
      ended_at: now,
    })
    .where('id', '=', id)
    .execute()
}

/** A server may take so long that an attendee whom the mail names has been erased meanwhile. */
const keptUnlessErased = (text: string) => sql<string | null>`
  case when not exists (
    select from bookings join users on users.id = bookings.user_id
    where mails.details ? 'bookings' and bookings.event_id = mails.event_id
    and mails.details -> 'bookings' @> to_jsonb(bookings.id) and users.email_key like ${`%@${ANONYMOUS_DOMAIN}`}
  ) then ${text}::text end`

/** Ends a mail that can never be sent (`failed`) or is no longer true (`dropped`). */
export async function end(
  db: Db,
  mail: Claim,
  { status, reason }: { status: 'failed' | 'dropped'; reason: string },
  now: Date,
): Promise<void> {
  await held(db, mail)
    .set({ status, last_error: toError(reason), ended_at: now })
    .execute()
}

/** Ends the lease after a failed attempt. */
export async function retryAt(db: Db, mail: Claim, at: Date, reason: string): Promise<void> {
  await held(db, mail)
    .set({ status: 'waiting', next_attempt_at: at, last_error: toError(reason) })
    .execute()
}

export type MailSummary = {
  /** Due, and not sent. */
  waiting: number
  /** Since when the oldest of them has been due, before all attempts. */
  oldest_at: Date | null
}

export async function summarise(db: Db, now: Date): Promise<MailSummary> {
  return db
    .selectFrom('mails')
    .select(({ fn }) => [fn.countAll<number>().as('waiting'), fn.min('created_at').as('oldest_at')])
    .where('status', 'in', ['waiting', 'sending'])
    .where(sql<boolean>`(attempts > 0 or next_attempt_at <= ${now})`)
    .executeTakeFirstOrThrow()
}

export type MailFilter = {
  status?: MailStatus | undefined
  /** Words of the subject, or of the person's name or address. */
  search?: string | undefined
}

/** The columns of a list; the texts are left out. */
export type ListedMail = Omit<
  MailRow,
  'body_text' | 'body_html' | 'calendar' | 'details' | 'address' | 'event_sequence'
> & {
  email: string
  first_name: string
  last_name: string
}

/** Returns one page, the newest first, and the total. */
export async function list(
  db: Db,
  filter: MailFilter,
  slice: Slice,
): Promise<{ mails: ListedMail[]; total: number }> {
  const query = matching(db, filter)
  const page = query.select(LISTED).orderBy('mails.id', 'desc').limit(slice.limit).offset(slice.offset)
  const count = query.select(({ fn }) => fn.countAll<number>().as('total'))
  const [mails, { total }] = await Promise.all([page.execute(), count.executeTakeFirstOrThrow()])
  return { mails, total }
}

export type FoundMail = ListedMail & Pick<MailRow, 'body_text' | 'body_html' | 'calendar'>

export function find(db: Db, id: number): Promise<FoundMail | undefined> {
  return matching(db, {})
    .select(LISTED)
    .select(['mails.body_text', 'mails.body_html', 'mails.calendar'])
    .where('mails.id', '=', id)
    .executeTakeFirst()
}

export function lock(trx: Db, id: number): Promise<MailRow | undefined> {
  return trx.selectFrom('mails').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
}

/** Makes a mail due again that has ended, with three days of its own. */
export async function revive(trx: Db, id: number, now: Date): Promise<void> {
  await trx
    .updateTable('mails')
    .set({ status: 'waiting', attempts: 0, next_attempt_at: now, created_at: now, ended_at: null })
    .where('id', '=', id)
    .execute()
}

/** Makes a mail due at once that waits for another attempt. */
export async function hasten(trx: Db, id: number, now: Date): Promise<void> {
  await trx.updateTable('mails').set({ next_attempt_at: now }).where('id', '=', id).execute()
}

/** Whether the person is owed another mail of this kind that is newer. */
export async function hasNewer(db: Db, { id, kind, user_id }: ClaimedMail): Promise<boolean> {
  const newer = await db
    .selectFrom('mails')
    .select('id')
    .where('user_id', '=', user_id)
    .where('id', '>', id)
    .where('kind', '=', kind)
    .executeTakeFirst()
  return newer !== undefined
}

/** Returns a person's mails, the newest first. */
export function listOfUser(db: Db, user_id: number): Promise<MailRow[]> {
  return db.selectFrom('mails').selectAll().where('user_id', '=', user_id).orderBy('id', 'desc').execute()
}

/** Deletes a person's mails, and the texts that name the person to a facilitator. */
export async function erase(trx: Db, user_id: number): Promise<void> {
  await trx.deleteFrom('mails').where('user_id', '=', user_id).execute()
  await sql`
    update mails set body_text = null, body_html = null
    where details ? 'bookings' and event_id in (select event_id from bookings where user_id = ${user_id})
    and exists (
      select from bookings where bookings.user_id = ${user_id}
      and mails.details -> 'bookings' @> to_jsonb(bookings.id)
    )`.execute(trx)
}

/** Returns how many mails somebody was sent since then. */
export async function countSent(db: Db, user_id: number, since: Date): Promise<number> {
  const { count } = await db
    .selectFrom('mails')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('user_id', '=', user_id)
    .where('status', '=', 'sent')
    .where('ended_at', '>', since)
    .executeTakeFirstOrThrow()
  return count
}

/** Deletes what ended before this time. Returns how many there were. */
export async function forgetEnded(db: Db, before: Date, limit: number): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    delete from mails where id in (
      select id from mails where ended_at < ${before} order by ended_at limit ${limit} for update skip locked
    ) returning id`.execute(db)
  return rows.length
}

function matching(db: Db, { status, search }: MailFilter) {
  let query = db.selectFrom('mails').innerJoin('users', 'users.id', 'mails.user_id')
  if (status) query = query.where('mails.status', '=', status)
  if (search) query = query.where(hasWords(SEARCHED, search))
  return query
}

/** Found by its words, as people are: the person's own text is folded already. */
const SEARCHED = sql`concat_ws(' ', fold_text(concat_ws(' ', mails.subject, mails.sent_to)), users.search_text)`

const LISTED = [
  ...(['mails.id', 'reason', 'kind', 'mails.user_id', 'event_id', 'booking_id', 'status'] as const),
  ...(['attempts', 'next_attempt_at', 'last_error', 'mails.created_at', 'ended_at', 'sent_to'] as const),
  ...(['subject', 'users.email', 'users.first_name', 'users.last_name'] as const),
] as const

/** Only under the lease of this attempt: after it another sender may have claimed the mail. */
function held(db: Db, { id, attempts }: Claim) {
  return db
    .updateTable('mails')
    .where('id', '=', id)
    .where('attempts', '=', attempts)
    .where('status', '=', 'sending')
}

const toError = (reason: string) => reason.slice(0, 500)

function leaseEnd(now: Date): Date {
  return new Date(now.getTime() + LEASE_SECONDS * 1_000)
}
