import { sql } from 'kysely'
import type { Db } from '#booking/database/database.ts'
import { fullNameOf } from '#booking/database/full-name.sql.ts'
import { isSamePlace } from '#shared/lib/is-same-place.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import type { Notice, NoticePlace } from './notice.schema.ts'
import { type Reader, toldSince, unseenNotices } from './notice.sql.ts'
import { type NoticeKey, toNoticeId } from './notice-id.rules.ts'

const NOTICES_MAX = 50

type Place = {
  start_datetime: Date
  end_datetime: Date
  timezone: string
  location: string | null
  virtual_link: string | null
}

type NoticeRow = NoticeKey &
  Place & {
    at: Date
    event_id: number
    title: string
    reason: string | null
    old_start: Date | null
    old_end: Date
    old_timezone: string
    old_location: string | null
    old_link: string | null
    subject: string | null
    text: string
    author: string
  }

/** Returns the newest notices. Online links are read for moves of those who have a seat only. */
export async function list(db: Db, reader: Reader): Promise<Notice[]> {
  const { rows } = await unseenQuery(reader).execute(db)
  return rows.map(toNotice).filter(isNews)
}

/** Not of an event that is back where it was but for the spelling of its place. */
function isNews({ before, after }: Notice): boolean {
  if (!before || !after) return true
  return (
    before.start_datetime !== after.start_datetime ||
    before.end_datetime !== after.end_datetime ||
    before.virtual_link !== after.virtual_link ||
    !isSamePlace(before.location, after.location)
  )
}

/** The statement of `list`. */
export function unseenQuery(reader: Reader) {
  return sql<NoticeRow>`
    with ${unseenNotices(reader)},
    newest as (select * from notice order by at desc, kind, about_id limit ${NOTICES_MAX})
    select newest.kind, newest.about_id, newest.version, newest.at, newest.event_id, newest.reason, events.title,
      events.start_datetime, events.end_datetime, events.timezone, events.location,
      case when newest.kind = 'event-moved' then events.virtual_link end as virtual_link,
      old.start_datetime as old_start, old.end_datetime as old_end, old.timezone as old_timezone,
      old.location as old_location, case when newest.kind = 'event-moved' then old.virtual_link end as old_link,
      message.subject, message.text, ${fullNameOf('author')} as author
    from newest join events on events.id = newest.event_id
    left join event_versions old on old.event_id = newest.event_id and old.sequence = newest.before
    left join event_messages message on message.id = newest.message_id
    left join users author on author.id = message.author_id
    order by newest.at desc, newest.kind, newest.about_id`
}

/**
 * Notes that the reader has seen these notices. What is none of theirs changes nothing. A move may have been followed by another
 * since it was shown: that one stays unseen.
 */
export async function markSeen(db: Db, { user_id, now }: Reader, keys: NoticeKey[]): Promise<void> {
  await sql`
    with ${unseenNotices({ user_id, now })},
    given as (
      select * from unnest(
        ${keys.map(({ kind }) => kind)}::text[],
        ${keys.map(({ about_id }) => about_id)}::integer[],
        ${keys.map(({ version }) => version)}::integer[]
      ) as given (kind, about_id, version)
    )
    insert into seen_notices (user_id, kind, about_id, version, seen_at)
    select ${user_id}, kind, about_id, max(given.version), ${now}
    from given join notice using (kind, about_id) where given.version <= notice.version
    group by kind, about_id order by kind, about_id
    on conflict (user_id, kind, about_id)
    do update set version = greatest(seen_notices.version, excluded.version), seen_at = excluded.seen_at`.execute(
    db,
  )
}

export function listSeen(db: Db, user_id: number) {
  return db
    .selectFrom('seen_notices')
    .select(['kind', 'about_id', 'version', 'seen_at'])
    .where('user_id', '=', user_id)
    .orderBy('seen_at', 'desc')
    .orderBy('kind')
    .orderBy('about_id')
    .execute()
}

export async function erase(trx: Db, user_id: number): Promise<void> {
  await trx.deleteFrom('seen_notices').where('user_id', '=', user_id).execute()
}

/** Deletes what was seen so long ago that nothing is told of it any more. Returns how many there were. */
export async function forgetSeen(db: Db, now: Date, limit: number): Promise<number> {
  const { rows } = await sql`
    delete from seen_notices where (user_id, kind, about_id) in (
      select user_id, kind, about_id from seen_notices where seen_at < ${toldSince(now)}
      order by seen_at limit ${limit} for update skip locked
    ) returning user_id`.execute(db)
  return rows.length
}

function toNotice(row: NoticeRow): Notice {
  const { kind, at, event_id: id, title, location, virtual_link, reason, subject, text, author } = row
  const times = timesOf(row)
  return {
    id: toNoticeId(row),
    kind,
    at: toWireTime(at),
    event: { id, title, ...times, location },
    before: toOldPlace(row),
    after: row.old_start && { ...times, location, virtual_link },
    reason,
    message: subject === null ? null : { subject, text, author },
  }
}

function toOldPlace(row: NoticeRow): NoticePlace | null {
  if (!row.old_start) return null
  const { old_start: start_datetime, old_end: end_datetime, old_timezone: timezone } = row
  return {
    ...timesOf({ start_datetime, end_datetime, timezone }),
    location: row.old_location,
    virtual_link: row.old_link,
  }
}

const timesOf = ({
  start_datetime,
  end_datetime,
  timezone,
}: Pick<Place, 'start_datetime' | 'end_datetime' | 'timezone'>) => ({
  start_datetime: toWireTime(start_datetime),
  end_datetime: toWireTime(end_datetime),
  timezone,
})
