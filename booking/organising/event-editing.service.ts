import * as bookingClashStore from '#booking/bookings/booking-clash.store.ts'
import type { PromotionDeps } from '#booking/bookings/promotion.service.ts'
import * as promotion from '#booking/bookings/promotion.service.ts'
import type { BookingConfig } from '#booking/config.ts'
import type { Db } from '#booking/database/database.ts'
import type { EventRow } from '#booking/database/event.table.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import type { Event } from '#booking/events/event.schema.ts'
import type { EventCache } from '#booking/events/event-cache.ts'
import { retryingTransaction } from '#shared/db/transaction.ts'
import { badRequest, conflict, type FieldFault, invalidFields } from '#shared/errors/app-error.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import {
  changeFaults,
  changesOf,
  changesTerms,
  describeChanges,
  type EventChanges,
  isTold,
  movesBookings,
  raisesSequence,
  refusalOf,
  TEXT_FIELDS,
  termsChangedAt,
} from './event-change.rules.ts'
import { readEventFields } from './event-input.rules.ts'
import type { EditEvent, Scope } from './event-organising.schema.ts'
import * as organisingStore from './event-organising.store.ts'
import { findParentFault } from './event-parent.service.ts'
import { getOrganised, listEvents, lockScope } from './event-scope.service.ts'
import { fieldsLike } from './event-series.rules.ts'

export type EventEditingDeps = PromotionDeps & {
  config: Pick<BookingConfig, 'currency'>
  clock: Clock
  db: Db
  caches: { events: EventCache }
}

const REFUSALS = {
  cancelled: () => badRequest('event_cancelled', 'This event is cancelled: it can no longer be changed.'),
  completed: () => badRequest('event_completed', 'This event is over: it can no longer be changed.'),
  started: () =>
    badRequest(
      'event_started',
      `This event has already begun: only ${TEXT_FIELDS.join(', ')} can still change.`,
    ),
}
const capacityBelowBookings = ({ id, current_participants: count }: EventRow) =>
  conflict(
    'capacity_below_bookings',
    `There are ${count} bookings of event ${id} already: max_participants must be ${count} or more.`,
  )

type Target = { id: number; scope: Scope }
type Change = { event: EventRow; changes: EventChanges }

/**
 * Changes the given fields of the events in scope, in one transaction. Bookings move with their event, even onto another
 * booking of the same person (decision 0010); added seats go to the waiting list. Returns `clashes` when times or the parent
 * changed.
 * Throws 400 with every fault, 404 and 403 like `getOrganised`, and 409 for fewer seats than bookings.
 */
export async function edit(
  deps: EventEditingDeps,
  caller: UserRow,
  { id, scope }: Target,
  input: EditEvent,
  schemaFaults: FieldFault[],
): Promise<{ events: Event[]; clashes: number | undefined }> {
  const now = deps.clock.now()
  const known = await getOrganised(deps.db, caller, id)
  const { fields, faults } = readEventFields(
    scope === 'this' ? changed(input, known) : input,
    schemaFaults,
    deps.config.currency,
  )
  if (scope === 'this') {
    const change = { event: known, changes: changesOf(known, fields) }
    faults.push(...(await parentFaults(deps.db, caller, [change], now)))
    refuse(change, { now, faults })
  }
  if (faults.length > 0) throw invalidFields(faults)
  const { promoted, ...edited } = await retryingTransaction(deps.db, async (trx) => {
    const { event, events } = await lockScope(trx, known, scope, now, fields)
    const all = events.map((each) => ({
      event: each,
      changes: changesOf(each, scope === 'this' ? fields : fieldsLike(each, fields, event)),
    }))
    const parent = await parentFaults(trx, caller, all, now)
    if (parent.length > 0) throw invalidFields(parent)
    for (const change of all) refuse(change, { now, faults: [], among: all.length })
    const { promoted, clashes } = await apply(
      trx,
      caller,
      all.filter(({ changes }) => Object.keys(changes).length > 0),
      now,
    )
    return { events: await listEvents(trx, events.map(toId)), promoted, clashes }
  })
  deps.caches.events.forget()
  promotion.announce(deps, promoted)
  return edited
}

/** Leaves out an unchanged link and price: those from before the present rules may be sent back. */
function changed({ virtual_link, price, ...others }: EditEvent, known: EventRow): EditEvent {
  return {
    ...others,
    ...(virtual_link !== undefined && virtual_link !== known.virtual_link && { virtual_link }),
    ...(price !== undefined && price !== known.price && { price }),
  }
}

function refuse(
  { event, changes }: Change,
  { now, faults, among = 1 }: { now: Date; faults: FieldFault[]; among?: number },
): void {
  const refusal = refusalOf(event, changes, now)
  if (refusal) throw REFUSALS[refusal]()
  const own = changeFaults(event, changes, now).map(({ field, message }) => ({
    field,
    message:
      among > 1 ? `${message}, also for event ${event.id} of ${toWireTime(event.start_datetime)}` : message,
  }))
  const all = [...faults, ...own]
  if (all.length > 0) throw invalidFields(all)
  const { max_participants = event.max_participants } = changes
  if (max_participants < event.current_participants) throw capacityBelowBookings(event)
}

/** The fault of the parent that is new to these events, if any. */
async function parentFaults(db: Db, caller: UserRow, all: Change[], now: Date): Promise<FieldFault[]> {
  const linked = all.filter(({ changes }) => changes.parent_event_id)
  const [{ event, changes } = {}] = linked
  if (!event || !changes?.parent_event_id) return []
  const { facilitator_id } = event
  const link = {
    parent_event_id: changes.parent_event_id,
    facilitator_id,
    ids: linked.map(({ event: { id } }) => id),
  }
  const fault = await findParentFault(db, caller, link, now)
  return fault ? [fault] : []
}

/** Lock order: see `booking-clash.store.ts`. The events are locked already. */
async function apply(trx: Db, { id: actor_id }: UserRow, all: Change[], now: Date) {
  const moved = all.filter(({ changes }) => movesBookings(changes)).map(toEventId)
  const attendees = moved.length > 0 ? await bookingClashStore.lockAttendeesOf(trx, moved) : []
  const changed = all.filter(({ event, changes }) => changesTerms(event, changes)).map(toEventId)
  const versions = changed.length > 0 ? await organisingStore.listVersions(trx, changed, now) : []
  for (const { event, changes } of all) {
    const isToldOf = isTold(event, changes)
    const recent = versions.filter(({ event_id }) => event_id === event.id)
    const terms_changed_at = termsChangedAt(event, changes, { recent, now })
    // By the sequence the mails about the change find what the event was.
    const details = {
      ...describeChanges(event, changes),
      ...(isToldOf && { sequence: event.sequence }),
    }
    await organisingStore.update(
      trx,
      { ...event, ...changes, terms_changed_at },
      { now, actor_id, details, raisesSequence: raisesSequence(changes), isTold: isToldOf },
    )
  }
  // Before the promotion, which skips people with a booking at that time.
  if (moved.length > 0) await bookingClashStore.moveAlong(trx, moved)
  const roomier = all.filter(({ event, changes }) => (changes.max_participants ?? 0) > event.max_participants)
  const offered = [...new Set([...moved, ...roomier.map(toEventId)])]
  const promoted = await promotion.promote(trx, offered, now)
  if (moved.length === 0) return { promoted, clashes: undefined }
  // Last, because this may wait for concurrent bookings of the attendees.
  await bookingClashStore.settle(trx, attendees)
  return { promoted, clashes: await bookingClashStore.count(trx, moved) }
}

const toId = ({ id }: EventRow) => id
const toEventId = ({ event }: Change) => event.id
