import type { CancelledBooking } from '#booking/bookings/booking.schema.ts'
import { giveUpSeat } from '#booking/bookings/cancellation.service.ts'
import type { Deps } from '#booking/deps.ts'
import * as eventStore from '#booking/events/event.store.ts'
import { requireOrganiser } from '#booking/facilitators/organiser.service.ts'
import type { UserRow } from '#booking/users/user.table.ts'
import { notFound } from '#shared/errors/app-error.ts'

/** Takes a seat back in the attendee's name, until the event begins. Deadlines are for attendees. */
export async function cancel(
  deps: Deps,
  caller: UserRow,
  { event_id, id }: { event_id: number; id: number },
): Promise<CancelledBooking> {
  await requireOrganiserOf(deps, caller, event_id)
  return giveUpSeat(deps, { id, event_id, actor: caller })
}

/** Throws 404 when there is no such event, 403 unless the caller runs it or is an admin. */
export async function requireOrganiserOf({ db }: Deps, caller: UserRow, event_id: number): Promise<void> {
  const found = await eventStore.find(db, event_id)
  if (!found) throw notFound('event')
  await requireOrganiser(db, caller, found.event.facilitator.id)
}
