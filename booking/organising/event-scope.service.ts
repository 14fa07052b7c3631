import type { Db } from '#booking/database/database.ts'
import type { EventRow } from '#booking/database/event.table.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import type { Event } from '#booking/events/event.schema.ts'
import * as eventStore from '#booking/events/event.store.ts'
import * as onlineLinkStore from '#booking/events/online-link.store.ts'
import { withLink } from '#booking/events/online-links.ts'
import { requireOrganiser } from '#booking/facilitators/organiser.service.ts'
import { badRequest, notFound } from '#shared/errors/app-error.ts'
import type { Scope } from './event-organising.schema.ts'
import * as organisingStore from './event-organising.store.ts'
import { eventsInScope, isOpen } from './event-series.rules.ts'
import * as seriesStore from './event-series.store.ts'

const notASeries = () =>
  badRequest('not_a_series', 'This event is not part of a series: leave scope out, or use scope=this.')
const seriesIsOver = () =>
  badRequest(
    'series_over',
    'Every event of this series has begun or is cancelled: there is nothing left to change.',
  )

/** Throws 404 when there is no such event, and 403 unless the caller is its facilitator or an admin. */
export async function getOrganised(db: Db, caller: UserRow, id: number): Promise<EventRow> {
  const event = await organisingStore.find(db, id)
  if (!event) throw notFound('event')
  await requireOrganiser(db, caller, event.facilitator_id)
  return event
}

type Also = Pick<Parameters<typeof seriesStore.lockEvents>[1], 'parent_event_id' | 'withParts'>

/**
 * Locks the event and the others of its series in scope, and with them what `also` names. `parts`: what is part of those in
 * scope and can still be cancelled. Throws 400 when there is no series or nothing left in scope.
 */
export async function lockScope(
  trx: Db,
  { id, series_id }: EventRow,
  scope: Scope,
  now: Date,
  also: Also = {},
): Promise<{ event: EventRow; events: EventRow[]; parts: EventRow[] }> {
  if (scope !== 'this' && series_id === null) throw notASeries()
  const locked = await seriesStore.lockEvents(trx, {
    id,
    series_id: scope === 'this' ? null : series_id,
    ...also,
  })
  const event = locked.find((each) => each.id === id)
  if (!event) throw notFound('event')
  const series = locked.filter((each) => each.series_id === series_id)
  const events = scope === 'this' ? [event] : eventsInScope(series, event, scope, now)
  if (events.length === 0) throw seriesIsOver()
  return { event, events, parts: partsOf(events, locked, now) }
}

function partsOf(events: EventRow[], locked: EventRow[], now: Date): EventRow[] {
  const ids = new Set<number | null>(events.map(({ id }) => id))
  return locked.filter((each) => ids.has(each.parent_event_id) && isOpen(each, now))
}

/** Returns the events in their API form, with their links, in order of start. For their organisers. */
export async function listEvents(db: Db, ids: number[]): Promise<Event[]> {
  const found = await eventStore.listByIds(db, ids)
  const links = await onlineLinkStore.listOf(db, ids)
  return found
    .map(({ event }) => withLink(event, links))
    .sort((a, b) => a.start_datetime.localeCompare(b.start_datetime) || a.id - b.id)
}
