import type { CancelledBooking } from '#booking/bookings/booking.schema.ts'
import { type CancellationDeps, giveUpSeat } from '#booking/bookings/cancellation.service.ts'
import type { Db } from '#booking/database/database.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import type { Event } from '#booking/events/event.schema.ts'
import * as eventStore from '#booking/events/event.store.ts'
import { requireOrganiser } from '#booking/facilitators/organiser.service.ts'
import { notFound } from '#shared/errors/app-error.ts'

export type RosterDeps = CancellationDeps & { db: Db }

/** Cancels an attendee's booking until the event begins; the deadline binds attendees only. Throws like `giveUpSeat`. */
export async function cancel(
  deps: RosterDeps,
  caller: UserRow,
  { event_id, id }: { event_id: number; id: number },
): Promise<CancelledBooking> {
  await getOrganisedEvent(deps, caller, event_id)
  return giveUpSeat(deps, { id, event_id, actor: caller, isBoundByDeadline: false })
}

/** Returns the event. Throws 404 when there is none, 403 unless the caller runs it or is an admin. */
export async function getOrganisedEvent(
  { db }: RosterDeps,
  caller: UserRow,
  event_id: number,
): Promise<Event> {
  const found = await eventStore.find(db, event_id)
  if (!found) throw notFound('event')
  await requireOrganiser(db, caller, found.event.facilitator.id)
  return found.event
}
