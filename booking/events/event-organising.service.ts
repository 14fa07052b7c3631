import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import * as bookingClashStore from '#booking/bookings/booking-clash.store.ts'
import type { Db } from '#booking/database.ts'
import type { Deps } from '#booking/deps.ts'
import * as facilitatorStore from '#booking/facilitators/facilitator.store.ts'
import { getOwnFacilitator, requireOrganiser } from '#booking/facilitators/organiser.service.ts'
import type { UserRow } from '#booking/users/user.table.ts'
import { retryingTransaction } from '#shared/db/transaction.ts'
import { badRequest, conflict, type FieldFault, invalidFields, notFound } from '#shared/http/app-error.ts'
import type { Event } from './event.schema.ts'
import * as eventStore from './event.store.ts'
import type { EventRow } from './event.table.ts'
import {
  changeFaults,
  changesOf,
  describeChanges,
  type EventChanges,
  isNews,
  movesTimes,
  refusalOf,
  WORDS,
} from './event-change.rules.ts'
import { type EventFields, readEventFields, timeFaults } from './event-input.rules.ts'
import type { CancelEvent, CreateEvent, EditEvent } from './event-organising.schema.ts'
import * as organisingStore from './event-organising.store.ts'

const REFUSALS = {
  cancelled: () => badRequest('event_cancelled', 'This event is cancelled: it can no longer be changed.'),
  completed: () => badRequest('event_completed', 'This event is over: it can no longer be changed.'),
  started: () =>
    badRequest('event_started', `This event has already begun: only ${WORDS.join(', ')} can still change.`),
}
const tooLateToCancel = () =>
  badRequest('event_started', 'This event has already begun: it can no longer be cancelled.')
const capacityBelowBookings = ({ current_participants: count }: EventRow) =>
  conflict(
    'capacity_below_bookings',
    `There are ${count} bookings already: max_participants must be ${count} or more.`,
  )

/** `schemaFaults` are named together with everything else that is wrong. */
export async function create(
  deps: Deps,
  caller: UserRow,
  input: CreateEvent,
  schemaFaults: FieldFault[],
): Promise<Event> {
  const now = deps.clock.now()
  const organiser = await findOrganiser(deps.db, caller, input, schemaFaults)
  const { fields, faults } = readEventFields(input, [...schemaFaults, ...organiser.faults])
  faults.push(...timeFaults(fields, now))
  if (faults.length > 0) throw invalidFields(faults)
  const row = { ...(fields as EventFields), facilitator_id: organiser.id, created_at: now, updated_at: now }
  const event = await deps.db.transaction().execute(async (trx) => {
    const id = await organisingStore.insert(trx, row)
    await auditLog.record(trx, { ...by(caller, now), action: 'event.created', subject_id: id })
    return getEvent(trx, id)
  })
  deps.eventCache.forget()
  return event
}

/** Changes what is given. Bookings move along with their event, also onto another one of the same person. */
export async function edit(
  deps: Deps,
  caller: UserRow,
  id: number,
  input: EditEvent,
  schemaFaults: FieldFault[],
): Promise<{ event: Event; clashes?: number }> {
  const now = deps.clock.now()
  const known = await getOrganised(deps.db, caller, id)
  const { fields, faults } = readEventFields(input, schemaFaults)
  refuse(known, changesOf(known, fields), { now, faults })
  const result = await retryingTransaction(deps.db, async (trx) => {
    const [event] = await organisingStore.lockMany(trx, [id])
    if (!event) throw notFound('event')
    const changes = changesOf(event, fields)
    refuse(event, changes, { now, faults: [] })
    await apply(trx, caller, event, changes, now)
    const clashes = movesTimes(changes) ? await moveBookings(trx, [id]) : undefined
    return { event: await getEvent(trx, id), ...(clashes !== undefined && { clashes }) }
  })
  deps.eventCache.forget()
  return result
}

/** Cancels the event and everybody's booking of it; the CRM hears of each. */
export async function cancel(
  deps: Deps,
  caller: UserRow,
  id: number,
  input: CancelEvent,
): Promise<{ event: Event; cancelled_bookings: number }> {
  const now = deps.clock.now()
  await getOrganised(deps.db, caller, id)
  const cancellation = { now, actor_id: caller.id, reason: input?.reason?.trim() || null }
  const result = await retryingTransaction(deps.db, async (trx) => {
    const [event] = await organisingStore.lockMany(trx, [id])
    if (!event) throw notFound('event')
    const refusal = refusalOf(event, {}, now)
    if (refusal) throw REFUSALS[refusal]()
    if (event.start_datetime <= now) throw tooLateToCancel()
    const attendees = await bookingClashStore.lockAttendeesOf(trx, [id])
    const cancelled_bookings = await organisingStore.cancelMany(trx, [id], cancellation)
    await bookingClashStore.settle(trx, attendees)
    return { event: await getEvent(trx, id), cancelled_bookings }
  })
  deps.eventCache.forget()
  return result
}

/** Facilitators create for themselves, admins for anybody; an admin who does not say for whom has forgotten a field. */
async function findOrganiser(
  db: Db,
  caller: UserRow,
  { facilitator_id }: CreateEvent,
  schemaFaults: FieldFault[],
): Promise<{ id: number; faults: FieldFault[] }> {
  if (!caller.is_admin) {
    const own = await getOwnFacilitator(db, caller)
    if (facilitator_id !== undefined) await requireOrganiser(db, caller, facilitator_id)
    return { id: own.id, faults: [] }
  }
  if (schemaFaults.some(({ field }) => field === 'facilitator_id')) return { id: 0, faults: [] }
  const fault = (message: string) => ({ id: 0, faults: [{ field: 'facilitator_id', message }] })
  const chosen =
    facilitator_id === undefined
      ? await facilitatorStore.findByUser(db, caller.id)
      : await facilitatorStore.get(db, facilitator_id)
  if (!chosen) return fault('is required: an admin says whose event it is')
  return chosen.is_active ? { id: chosen.id, faults: [] } : fault('must be a facilitator who leads events')
}

async function getOrganised(db: Db, caller: UserRow, id: number): Promise<EventRow> {
  const event = await organisingStore.find(db, id)
  if (!event) throw notFound('event')
  await requireOrganiser(db, caller, event.facilitator_id)
  return event
}

function refuse(
  event: EventRow,
  changes: EventChanges,
  { now, faults }: { now: Date; faults: FieldFault[] },
): void {
  const refusal = refusalOf(event, changes, now)
  if (refusal) throw REFUSALS[refusal]()
  const all = [...faults, ...changeFaults(event, changes, now)]
  if (all.length > 0) throw invalidFields(all)
  const { max_participants = event.max_participants } = changes
  if (max_participants < event.current_participants) throw capacityBelowBookings(event)
}

async function apply(
  trx: Db,
  caller: UserRow,
  event: EventRow,
  changes: EventChanges,
  now: Date,
): Promise<void> {
  if (Object.keys(changes).length === 0) return
  await organisingStore.update(trx, event.id, changes, { now, isNews: isNews(changes) })
  const details = describeChanges(event, changes)
  await auditLog.record(trx, { ...by(caller, now), action: 'event.updated', subject_id: event.id, details })
}

/** Returns how many of the bookings now overlap another one of the same person. */
async function moveBookings(trx: Db, ids: number[]): Promise<number> {
  const attendees = await bookingClashStore.lockAttendeesOf(trx, ids)
  await bookingClashStore.moveAlong(trx, ids)
  await bookingClashStore.settle(trx, attendees)
  return bookingClashStore.count(trx, ids)
}

async function getEvent(db: Db, id: number): Promise<Event> {
  const found = await eventStore.find(db, id)
  if (!found) throw notFound('event')
  return found.event
}

const by = ({ id }: UserRow, at: Date) => ({ at, actor_id: id, subject: 'event' as const })
