import { createHash, randomBytes } from 'node:crypto'
import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import type { Db } from '#booking/database/database.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import { sessionOver } from '#booking/identity/sessions/sessions.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import { notFound, unauthorized } from '#shared/errors/app-error.ts'
import type { Clock } from '#shared/lib/clock.ts'
import * as calendarStore from './calendar.store.ts'
import type { CalendarFeed, CalendarFeeds } from './calendar-feeds.ts'
import { calendarOfEvent } from './calendar-file.ts'
import * as tokenStore from './calendar-token.store.ts'

export type CalendarDeps = { clock: Clock; db: Db; caches: { calendarFeeds: CalendarFeeds } }

const badFeedToken = () =>
  unauthorized(
    'invalid_calendar_token',
    'The address of this calendar is wrong or no longer valid: create a new one.',
  )
const noFeed = () => notFound('calendar token')

const TOKEN_BYTES = 32

/** Returns the file of the event as the caller may see it. Throws 404. */
export async function ofEvent({ db }: CalendarDeps, caller: UserRow, id: number): Promise<string> {
  const event = await calendarStore.findEvent(db, id, caller)
  if (!event) throw notFound('event')
  return calendarOfEvent(event, await calendarStore.getInstallationId(db))
}

/** Returns the calendar of the token's user. Throws 401 for an invalid token. */
export async function ofBookings(
  { db, caches: { calendarFeeds } }: CalendarDeps,
  token = '',
): Promise<CalendarFeed> {
  const userId = token && (await tokenStore.findUser(db, hashOf(token)))
  if (!userId) throw badFeedToken()
  return calendarFeeds.read(userId)
}

/** Returns a new token for the caller's feed and revokes the one before. */
export async function openFeed({ db, clock }: CalendarDeps, caller: UserRow): Promise<string> {
  const now = clock.now()
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  await db.transaction().execute(async (trx) => {
    // Under the lock, so that ending all sessions concurrently revokes the new token too.
    const current = await userStore.lock(trx, caller.id)
    if (current?.session_version !== caller.session_version) throw sessionOver()
    await tokenStore.replace(trx, { user_id: caller.id, token_hash: hashOf(token), created_at: now })
    await record(trx, caller, 'user.calendar_opened', now)
  })
  return token
}

/** Returns when the caller's token was created. Throws 404 when there is none. */
export async function getOpenedAt({ db }: CalendarDeps, caller: UserRow): Promise<Date> {
  const openedAt = await tokenStore.findOpen(db, caller.id)
  if (!openedAt) throw noFeed()
  return openedAt
}

export async function closeFeed({ db, clock }: CalendarDeps, caller: UserRow): Promise<void> {
  await db.transaction().execute(async (trx) => {
    if (!(await tokenStore.findOpen(trx, caller.id))) throw noFeed()
    await tokenStore.remove(trx, caller.id)
    await record(trx, caller, 'user.calendar_closed', clock.now())
  })
}

/** Tokens are long and random, so a hash without salt is enough. */
const hashOf = (token: string) => createHash('sha256').update(token).digest('hex')

function record(trx: CalendarDeps['db'], { id }: UserRow, action: string, at: Date): Promise<void> {
  return auditLog.record(trx, { at, actor_id: id, action, subject: 'user', subject_id: id })
}
