import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import type { Db } from '#booking/database/database.ts'
import { ownChange } from '#booking/identity/users/own-change.ts'
import { notFound } from '#shared/errors/app-error.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import type { OwnSession } from './own-session.schema.ts'
import * as sessionStore from './session.store.ts'
import type { Admission, Sessions } from './sessions.ts'
import { LIFETIME_SECONDS } from './tokens.ts'

export type OwnSessionDeps = { clock: Clock; db: Db; identity: { sessions: Sessions } }

/** Returns the caller's sessions. One from before sessions were stored is listed once it has been refreshed. */
export async function listSessions(
  { db, clock }: OwnSessionDeps,
  { session }: Admission,
): Promise<OwnSession[]> {
  const usedSince = new Date(clock.now().getTime() - LIFETIME_SECONDS.refresh * 1_000)
  const rows = await sessionStore.listOwn(db, session.userId, usedSince)
  return rows.map(({ id, started_at, last_used_at, device }) => ({
    id,
    started_at: toWireTime(started_at),
    last_used_at: toWireTime(last_used_at),
    device,
    is_current: id === session.id,
  }))
}

/** Ends one of the caller's sessions. Throws 404 for any other, also for sessions of others. */
export async function endSession(
  deps: OwnSessionDeps,
  { caller, session }: Admission,
  id: string,
): Promise<void> {
  const own = await listSessions(deps, { caller, session })
  if (!own.some((each) => each.id === id)) throw notFound('session')
  await deps.identity.sessions.end({ id, userId: caller.id })
  await auditLog.record(deps.db, ownChange(deps, caller.id, 'user.session_ended', { session_id: id }))
}
