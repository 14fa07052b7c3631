import type { CancelledBooking } from '#booking/bookings/booking.schema.ts'
import { giveUpSeat } from '#booking/bookings/cancellation.service.ts'
import type { Deps } from '#booking/deps.ts'
import type { RevisedEvent } from '#booking/events/event.store.ts'
import * as eventStore from '#booking/events/event.store.ts'
import { requireOrganiser } from '#booking/facilitators/organiser.service.ts'
import type { UserRow } from '#booking/users/user.table.ts'
import { notFound } from '#shared/http/app-error.ts'
import type { Slice } from '#shared/http/pagination.ts'
import * as rosterStore from './roster.store.ts'

/** Who comes to an event, for who runs it. Without a slice: everybody. */
export async function list(deps: Deps, caller: UserRow, filter: rosterStore.RosterFilter, slice?: Slice) {
  await getOrganised(deps, caller, filter.event_id)
  return rosterStore.list(deps.db, filter, slice)
}

/** Takes a seat back in the attendee's name, until the event begins. Deadlines are for attendees. */
export async function cancel(
  deps: Deps,
  caller: UserRow,
  { event_id, id }: { event_id: number; id: number },
): Promise<CancelledBooking> {
  await getOrganised(deps, caller, event_id)
  return giveUpSeat(deps, { id, event_id, actor: caller })
}

async function getOrganised({ db }: Deps, caller: UserRow, event_id: number): Promise<RevisedEvent> {
  const found = await eventStore.find(db, event_id)
  if (!found) throw notFound('event')
  await requireOrganiser(db, caller, found.event.facilitator.id)
  return found
}
