import type { BookingConfig } from '#booking/config.ts'
import type { Db } from '#booking/database/database.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import type { Event } from '#booking/events/event.schema.ts'
import type { EventCache } from '#booking/events/event-cache.ts'
import * as facilitatorStore from '#booking/facilitators/facilitator.store.ts'
import { getOwnFacilitator, requireOrganiser } from '#booking/facilitators/organiser.service.ts'
import { onceInTransaction, type Settle } from '#booking/idempotency/idempotency.service.ts'
import { retryingTransaction } from '#shared/db/transaction.ts'
import { type FieldFault, invalidFields } from '#shared/errors/app-error.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { type EventFields, readEventFields, timeFaults } from './event-input.rules.ts'
import type { CreateEvent } from './event-organising.schema.ts'
import * as organisingStore from './event-organising.store.ts'
import { findParentFault } from './event-parent.service.ts'
import { listEvents } from './event-scope.service.ts'
import * as seriesStore from './event-series.store.ts'
import { occurrencesOf, type Times } from './recurrence.rules.ts'

export type EventCreatingDeps = {
  config: Pick<BookingConfig, 'currency'>
  clock: Clock
  db: Db
  caches: { events: EventCache }
}

/** What was created: one event, or all of a series. */
type CreatedIds = { ids: number[]; series_id: number | null }

/** `create`, at most once per idempotency key, if there is one. Throws 422 as `onceInTransaction` does. */
export async function createOnce(
  deps: EventCreatingDeps,
  caller: UserRow,
  input: CreateEvent,
  schemaFaults: FieldFault[],
  key: string | undefined,
): Promise<{ events: Event[]; series_id: number | null; isReplay: boolean }> {
  const request = { user_id: caller.id, key, body: ['event', input] }
  const { body, isReplay } = await onceInTransaction<CreatedIds>(deps, request, (settle) =>
    create(deps, caller, input, schemaFaults, settle),
  )
  return { events: await listEvents(deps.db, body.ids), series_id: body.series_id, isReplay }
}

/**
 * Creates an event, or with a recurrence all events of a series (decision 0011), and stores the answer with `settle`. Throws 400 with every fault, `schemaFaults`
 * included, 403 for callers who may not create it, and 404 for an unknown facilitator.
 */
async function create(
  deps: EventCreatingDeps,
  caller: UserRow,
  input: CreateEvent,
  schemaFaults: FieldFault[],
  settle?: Settle<CreatedIds>,
): Promise<CreatedIds> {
  const now = deps.clock.now()
  const organiser = await findOrganiser(deps.db, caller, input, schemaFaults)
  const { fields, faults } = readEventFields(
    input,
    [...schemaFaults, ...organiser.faults],
    deps.config.currency,
  )
  const given = { ...DEFAULTS, ...fields }
  faults.push(...timeFaults(fields, now))
  const { rule, times, fault } = readTimes(input.recurrence, given, faults)
  if (fault) faults.push(fault)
  const facilitator_id = organiser.id
  const findParent = async (db: Db) => {
    const { parent_event_id } = given
    if (!parent_event_id || facilitator_id === 0) return
    return findParentFault(db, caller, { parent_event_id, facilitator_id, ids: [] }, now)
  }
  const parent = await findParent(deps.db)
  if (parent) faults.push(parent)
  if (faults.length > 0) throw invalidFields(faults)
  const created = await retryingTransaction(deps.db, async (trx) => {
    const meanwhile = await findParent(trx)
    if (meanwhile) throw invalidFields([meanwhile])
    const series = { facilitator_id, timezone: given.timezone, created_at: now }
    const series_id = rule === null ? null : await seriesStore.insert(trx, { ...series, recurrence: rule })
    // Complete: a missing field would be among the faults.
    const event = { ...(given as EventFields), facilitator_id, series_id, times }
    const ids = await organisingStore.insert(trx, event, { now, actor_id: caller.id })
    await settle?.(trx, { ids, series_id })
    return { ids, series_id }
  })
  deps.caches.events.forget()
  return created
}

const DEFAULTS = {
  description: null,
  location: null,
  virtual_link: null,
  price: 0,
  requirements: null,
  timezone: 'UTC',
  cancellation_deadline_hours: 0,
  parent_event_id: null,
}

/** Facilitators create for themselves; admins for any facilitator, with their own as the default. */
async function findOrganiser(
  db: Db,
  caller: UserRow,
  { facilitator_id }: CreateEvent,
  schemaFaults: FieldFault[],
): Promise<{ id: number; faults: FieldFault[] }> {
  const isReadable = !schemaFaults.some(({ field }) => field === 'facilitator_id')
  if (!caller.is_admin) {
    const own = await getOwnFacilitator(db, caller)
    if (isReadable && facilitator_id !== undefined) await requireOrganiser(db, caller, facilitator_id)
    return { id: own.id, faults: [] }
  }
  if (!isReadable) return { id: 0, faults: [] }
  const fault = (message: string) => ({ id: 0, faults: [{ field: 'facilitator_id', message }] })
  const chosen =
    facilitator_id === undefined
      ? await facilitatorStore.findByUser(db, caller.id)
      : await facilitatorStore.get(db, facilitator_id)
  if (!chosen) return fault('is required: an admin says whose event it is')
  return chosen.is_active ? { id: chosen.id, faults: [] } : fault('must be a facilitator who leads events')
}

type ReadTimes = { rule: string | null; times: Times[]; fault?: FieldFault }

/** Evaluates the recurrence, unless the fields that it depends on have faults. */
function readTimes(
  recurrence: CreateEvent['recurrence'],
  { start_datetime, end_datetime, timezone }: Partial<Times> & { timezone: string },
  faults: FieldFault[],
): ReadTimes {
  const field = 'recurrence'
  const isRead = (name: string) => !faults.some((fault) => fault.field === name)
  const isUsable = ['start_datetime', 'end_datetime', 'timezone', field].every(isRead)
  if (!start_datetime || !end_datetime || !isUsable) return { rule: null, times: [] }
  const first = { start_datetime, end_datetime }
  if (recurrence === undefined || recurrence === null) return { rule: null, times: [first] }
  const found = occurrencesOf(recurrence, first, timezone)
  if ('fault' in found) return { rule: null, times: [], fault: { field, message: found.fault } }
  return found
}
