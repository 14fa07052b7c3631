import * as bookingClashStore from '#booking/bookings/booking-clash.store.ts'
import type { Db } from '#booking/database/database.ts'
import type { EventRow } from '#booking/database/event.table.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import type { Event } from '#booking/events/event.schema.ts'
import type { EventCache } from '#booking/events/event-cache.ts'
import * as waitlistStore from '#booking/waitlist/waitlist.store.ts'
import { retryingTransaction } from '#shared/db/transaction.ts'
import { badRequest } from '#shared/errors/app-error.ts'
import type { Clock } from '#shared/lib/clock.ts'
import type { CancelEvent, Scope } from './event-organising.schema.ts'
import * as organisingStore from './event-organising.store.ts'
import { getOrganised, listEvents, lockScope } from './event-scope.service.ts'

export type EventCancellingDeps = { clock: Clock; db: Db; caches: { events: EventCache } }

const alreadyCancelled = () => badRequest('event_cancelled', 'This event is already cancelled.')
const alreadyOver = () => badRequest('event_completed', 'This event is over: it can no longer be cancelled.')
const alreadyBegun = () =>
  badRequest('event_started', 'This event has already begun: it can no longer be cancelled.')

/**
 * Cancels the events in scope with all their bookings, each with a message to the CRM, and on request what is part of them
 * and has not begun (decision 0052). Throws 404 and 403 like
 * `getOrganised`, and 400 when one of them is cancelled, over or has begun.
 */
export async function cancel(
  deps: EventCancellingDeps,
  caller: UserRow,
  { id, scope }: { id: number; scope: Scope },
  input: CancelEvent,
): Promise<{ events: Event[]; cancelled_bookings: number; cancelled_parts?: number }> {
  const now = deps.clock.now()
  const known = await getOrganised(deps.db, caller, id)
  const cancellation = { now, actor_id: caller.id, reason: input?.reason?.trim() || null }
  const cancelled = await retryingTransaction(deps.db, async (trx) => {
    const withParts = input?.with_parts === true
    const { events, parts } = await lockScope(trx, known, scope, now, { withParts })
    for (const event of events) refuse(event, now)
    const ids = [...new Set([...events, ...parts].map((event) => event.id))]
    const attendees = await bookingClashStore.lockAttendeesOf(trx, ids)
    const cancelled_bookings = await organisingStore.cancel(trx, ids, cancellation)
    await waitlistStore.close(trx, ids, now)
    await bookingClashStore.settle(trx, attendees)
    return {
      events: await listEvents(
        trx,
        events.map(({ id }) => id),
      ),
      cancelled_bookings,
      ...(withParts && { cancelled_parts: ids.length - events.length }),
    }
  })
  deps.caches.events.forget()
  return cancelled
}

function refuse({ status, start_datetime }: EventRow, now: Date): void {
  if (status === 'CANCELLED') throw alreadyCancelled()
  if (status === 'COMPLETED') throw alreadyOver()
  if (start_datetime <= now) throw alreadyBegun()
}
