import { type RawBuilder, sql } from 'kysely'
import type { Db } from '#booking/database/database.ts'
import { oweAll } from './queue/mail.store.ts'

/** Of an event, and who writes to them. */
type Audience = { event_id: number; author_id: number }

type NewMessage = Audience & { subject: string; text: string }

/** Returns how many messages somebody has written since then. */
export async function countSince(db: Db, author_id: number, since: Date): Promise<number> {
  const { count } = await db
    .selectFrom('event_messages')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('author_id', '=', author_id)
    .where('created_at', '>', since)
    .executeTakeFirstOrThrow()
  return count
}

/** Returns to how many people the same words went that somebody has sent since then, if they have. */
export async function findSame(
  db: Db,
  { event_id, author_id, subject, text }: NewMessage,
  since: Date,
): Promise<number | undefined> {
  const found = await db
    .selectFrom('event_messages')
    .select('people')
    .where('author_id', '=', author_id)
    .where('event_id', '=', event_id)
    .where('created_at', '>', since)
    .where('subject', '=', subject)
    .where('text', '=', text)
    .orderBy('id', 'desc')
    .executeTakeFirst()
  return found?.people
}

/** Returns how many people a message would go to, and how many more with the waiting list. */
export async function countAudience(
  db: Db,
  audience: Audience,
): Promise<{ people: number; waiting: number }> {
  const { rows } = await sql<{ people: number; everybody: number }>`
    select (select count(*)::integer from (${audienceOf(audience, { includeWaiting: false })}) booked) as people,
      (select count(*)::integer from (${audienceOf(audience, { includeWaiting: true })}) everybody) as everybody`.execute(
    db,
  )
  const { people = 0, everybody = 0 } = rows[0] ?? {}
  return { people, waiting: everybody - people }
}

/**
 * Adds a message, with a mail, if mail is sent, to everybody who has booked the event and not cancelled, and on request to who waits,
 * in one statement for any number of people. The author gets none. Returns the message's id and how many people it goes to.
 */
export async function insert(
  trx: Db,
  { event_id, author_id, subject, text }: NewMessage,
  { includeWaiting, isMailed, now }: { includeWaiting: boolean; isMailed: boolean; now: Date },
): Promise<{ id: number; people: number }> {
  const { rows } = await sql<{ id: number; people: number }>`
    with audience as materialized (${audienceOf({ event_id, author_id }, { includeWaiting })}),
    message as (
      insert into event_messages (event_id, author_id, subject, text, people, created_at)
      select ${event_id}, ${author_id}, ${subject}, ${text}, count(*), ${now} from audience returning id, people
    ),
    owed as (
      ${oweAll(
        sql`
          select concat_ws(':', 'event-message', message.id, audience.id), 'event-message', audience.id, ${event_id}::integer,
            null::integer, jsonb_build_object('message', message.id), ${now}::timestamptz
          from message, audience where ${isMailed}::boolean order by audience.id`,
        now,
      )}
    )
    select id, people from message`.execute(trx)
  const [row] = rows
  if (!row) throw new Error('The message was not inserted')
  return row
}

/** Takes the words away from what somebody has written. */
export async function eraseBy(trx: Db, author_id: number): Promise<void> {
  await trx
    .updateTable('event_messages')
    .set({ subject: null, text: null })
    .where('author_id', '=', author_id)
    .where('text', 'is not', null)
    .execute()
}

export function listBy(db: Db, author_id: number) {
  return db
    .selectFrom('event_messages')
    .select(['event_id', 'subject', 'text', 'people', 'created_at'])
    .where('author_id', '=', author_id)
    .orderBy('id', 'desc')
    .execute()
}

function audienceOf(
  { event_id, author_id }: Audience,
  { includeWaiting }: { includeWaiting: boolean },
): RawBuilder<unknown> {
  const waiting = includeWaiting
    ? sql`union select user_id from waitlist_entries where event_id = ${event_id} and status = 'waiting'`
    : sql``
  return sql`
    select users.id from users where is_active and id <> ${author_id} and id in (
      select user_id from bookings where event_id = ${event_id} and status <> 'CANCELLED' ${waiting}
    )`
}
