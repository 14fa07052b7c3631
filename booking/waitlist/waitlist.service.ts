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
import type { LineQueue } from './join-queue.ts'
import type { JoinWaitlist, WaitlistEntry, WaitlistPlace } from './waitlist.schema.ts'
import * as waitlistStore from './waitlist.store.ts'

export type WaitlistDeps = PromotionDeps & {
  clock: Clock
  db: Db
  limits: { rates: Rates }
  queues: { joins: LineQueue }
}

const notWaiting = () =>
  new AppError(404, 'not_on_waitlist', 'You are not on the waiting list of this event: check your bookings.')

/** Puts the caller at the end of the line. */
export async function join(
  { queues: { joins: lines }, limits: { rates } }: WaitlistDeps,
  { session, ip }: Admission & Origin,
  event_id: number,
  input: JoinWaitlist,
): Promise<WaitlistPlace> {
  const { userId: user_id, id: session_id, version: session_version } = session
  const asked = { user_id, session_id, session_version }
  const giveBack = rates.booking(user_id, ip)
  const outcome = await lines
    .join({ ...asked, event_id, notes: input.notes?.trim() || null })
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

/** Takes the caller out of the line. */
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

/** The caller's own place and how many wait; for who organises the event, also who. */
export async function look(
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

/** The periodic look at all lines: those of events that have begun are closed, and free seats offered again. */
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
