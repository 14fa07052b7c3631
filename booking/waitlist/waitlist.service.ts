import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import type { PromotionDeps } from '#booking/bookings/promotion.service.ts'
import * as promotion from '#booking/bookings/promotion.service.ts'
import { REFUSALS } from '#booking/bookings/refusals.ts'
import type { Db } from '#booking/database/database.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import * as eventStore from '#booking/events/event.store.ts'
import { isOrganiser } from '#booking/facilitators/organiser.service.ts'
import type { Origin } from '#booking/identity/login/auth.service.ts'
import type { Admission } from '#booking/identity/sessions/sessions.ts'
import type { Rates } from '#booking/rates/rates.ts'
import { AppError, notFound } from '#shared/errors/app-error.ts'
import type { Slice } from '#shared/http/schemas/pagination.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import type { JoinQueue } from './join-queue.ts'
import type { JoinWaitlist, WaitlistEntry, WaitlistPlace } from './waitlist.schema.ts'
import * as waitlistStore from './waitlist.store.ts'

export type WaitlistDeps = PromotionDeps & {
  clock: Clock
  db: Db
  limits: { rates: Rates }
  queues: { joins: JoinQueue }
}

const notWaiting = () =>
  new AppError(404, 'not_on_waitlist', 'You are not on the waiting list of this event: check your bookings.')

/**
 * Appends the caller to the waiting list of a full event (decision 0013). Throws the refusals of `refusals.ts`, 429 beyond
 * the rate limit and 503 under overload.
 */
export async function join(
  { queues: { joins }, limits: { rates } }: WaitlistDeps,
  { session, ip }: Admission & Origin,
  event_id: number,
  input: JoinWaitlist,
): Promise<WaitlistPlace> {
  const { userId: user_id, id: session_id, version: session_version } = session
  const requester = { user_id, session_id, session_version }
  const giveBack = rates.booking(user_id, ip)
  const outcome = await joins
    .join({ ...requester, event_id, notes: input.notes?.trim() || null })
    .catch((error: unknown) => {
      giveBack()
      throw error
    })
  if (outcome.kind === 'refused') {
    giveBack()
    throw REFUSALS[outcome.reason]()
  }
  const { position, waiting, joined_at } = outcome
  return { event_id, position, waiting, status: 'waiting', joined_at: toWireTime(joined_at) }
}

/** Removes the caller from the waiting list. Throws 404 when there is no such event or they do not wait. */
export async function leave({ db, clock }: WaitlistDeps, caller: UserRow, event_id: number): Promise<void> {
  const now = clock.now()
  await db.transaction().execute(async (trx) => {
    if (!(await eventStore.lock(trx, event_id))) throw notFound('event')
    if (!(await waitlistStore.leave(trx, event_id, caller.id, now))) throw notWaiting()
    await auditLog.record(trx, {
      at: now,
      actor_id: caller.id,
      action: 'waitlist.left',
      subject: 'event',
      subject_id: event_id,
    })
  })
}

/** Returns the caller's place and the number of waiting people; for the organiser and admins also a page of the entries. */
export async function getView(
  { db }: WaitlistDeps,
  caller: UserRow,
  event_id: number,
  slice: Slice,
): Promise<{ waitlist: WaitlistPlace | null; waiting: number; entries?: WaitlistEntry[] }> {
  const found = await eventStore.find(db, event_id)
  if (!found) throw notFound('event')
  const place = await waitlistStore.findPlace(db, event_id, caller.id)
  const waiting = place?.waiting ?? (await waitlistStore.countWaiting(db, event_id))
  const own = { waitlist: place ?? null, waiting }
  if (!(await isOrganiser(db, caller, found.event.facilitator.id))) return own
  return { ...own, entries: await waitlistStore.listWaiting(db, event_id, slice) }
}

/** Periodic job: closes the waiting lists of events that are over, and offers free seats again. */
export async function tidy(deps: WaitlistDeps): Promise<void> {
  const now = deps.clock.now()
  for (const id of await waitlistStore.listOver(deps.db, now)) {
    await deps.db.transaction().execute(async (trx) => {
      await eventStore.lock(trx, id)
      await waitlistStore.close(trx, [id], now)
    })
  }
  await promotion.offer(deps)
}
