import type { Db } from '#booking/database/database.ts'
import type { EventRow } from '#booking/database/event.table.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import type { FieldFault } from '#shared/errors/app-error.ts'
import * as organisingStore from './event-organising.store.ts'

type Link = {
  parent_event_id: number
  facilitator_id: number
  /** The events to become part of it; none when they are yet to be created. */
  ids: number[]
}

/**
 * Returns why the events may not become part of another (decision 0052), undefined when they may. In a transaction that has
 * locked the events, the answer holds until its end, because the parent is locked too: `lockEvents` locks both in their
 * order, and a new event is nobody's parent yet.
 */
export async function findParentFault(
  db: Db,
  { is_admin }: UserRow,
  { parent_event_id, facilitator_id, ids }: Link,
  now: Date,
): Promise<FieldFault | undefined> {
  const parent = await organisingStore.lockAsParent(db, parent_event_id)
  const message = refusalOf(parent, { ids, facilitator_id: is_admin ? undefined : facilitator_id, now })
  if (message) return { field: FIELD, message }
  if (!(await organisingStore.hasParts(db, ids))) return undefined
  return { field: FIELD, message: 'must be left out: other events are part of this one' }
}

const FIELD = 'parent_event_id'

function refusalOf(
  parent: EventRow | undefined,
  { ids, facilitator_id, now }: { ids: number[]; facilitator_id: number | undefined; now: Date },
): string | undefined {
  if (!parent) return 'must be the id of an event'
  if (ids.includes(parent.id)) return 'must be another event'
  if (facilitator_id !== undefined && parent.facilitator_id !== facilitator_id)
    return 'must be an event of the same facilitator'
  if (parent.status !== 'ACTIVE' || parent.end_datetime <= now)
    return 'must be an event that is not cancelled or over'
  if (parent.parent_event_id !== null) return 'must not be part of another event itself'
  return undefined
}
