import { sql } from 'kysely'
import { holdsSeat } from '#booking/bookings/booking.sql.ts'
import type { Db } from '#booking/database/database.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import { ANONYMOUS_DOMAIN } from '#shared/contracts/anonymous-person.ts'
import { hasWords } from '#shared/db/text-search.ts'
import { notFound } from '#shared/errors/app-error.ts'
import type { Slice } from '#shared/http/schemas/pagination.ts'
import type { ManagedUser, UserRole, UserStatus } from './admin.schema.ts'

export type UserFilter = {
  /** All these words, in the name, the address or the phone number. */
  search?: string | undefined
  status?: UserStatus | undefined
  role?: UserRole | undefined
}

type ManagedRow = UserRow & Pick<ManagedUser, 'facilitator_id' | 'is_facilitator' | 'bookings_ahead'>

/** Returns one page, the newest account first, and the total. Deleted accounts are left out. */
export async function list(
  db: Db,
  { search, status, role }: UserFilter,
  now: Date,
  slice: Slice,
): Promise<{ users: ManagedUser[]; total: number }> {
  let query = db.selectFrom('users').where('email', 'not like', `%@${ANONYMOUS_DOMAIN}`)
  if (search) query = query.where(hasWords(sql`users.search_text`, search))
  if (status) query = query.where('is_active', '=', status === 'active')
  if (role === 'admin') query = query.where('is_admin', '=', true)
  if (role === 'facilitator') query = query.where(LEADS)
  if (role === 'attendee') query = query.where('is_admin', '=', false).where(sql<boolean>`not ${LEADS}`)
  const page = query
    .selectAll('users')
    .select([FACILITATOR, LEADS.as('is_facilitator'), bookingsAhead(now)])
    .orderBy('id', 'desc')
    .limit(slice.limit)
    .offset(slice.offset)
  const count = query.select(({ fn }) => fn.countAll<number>().as('total'))
  const [rows, { total }] = await Promise.all([page.execute(), count.executeTakeFirstOrThrow()])
  return { users: rows.map(toManaged), total }
}

/** Throws 404 when there is no such account. */
export async function get(db: Db, id: number, now: Date): Promise<ManagedUser> {
  const row = await db
    .selectFrom('users')
    .selectAll('users')
    .select([FACILITATOR, LEADS.as('is_facilitator'), bookingsAhead(now)])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) throw notFound('user')
  return toManaged(row)
}

const LEADS = sql<boolean>`exists (
  select from facilitators where facilitators.user_id = users.id and facilitators.is_active)`

const FACILITATOR = sql<number | null>`(
  select id from facilitators where facilitators.user_id = users.id)`.as('facilitator_id')

const bookingsAhead = (now: Date) =>
  sql<number>`(
    select count(*) from bookings join events on events.id = bookings.event_id
    where bookings.user_id = users.id and ${holdsSeat()} and start_datetime > ${now}
  )`.as('bookings_ahead')

function toManaged(row: ManagedRow): ManagedUser {
  const { is_admin, facilitator_id, is_facilitator, email_proven, bookings_ahead } = row
  const roles = { is_admin, facilitator_id, is_facilitator }
  return { ...userStore.toUser(row), ...roles, email_proven, bookings_ahead }
}
