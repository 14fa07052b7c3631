import type { EventRow } from '#booking/database/event.table.ts'
import type { FieldFault } from '#shared/errors/app-error.ts'
import { isSamePlace } from '#shared/lib/is-same-place.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import { type EventFields, isField, timeFaults } from './event-input.rules.ts'

export type EventChanges = Partial<EventFields>
type Field = keyof EventFields

/** An event before a change that people were told of, and whether somebody has booked it since. */
export type Version = Pick<EventRow, 'start_datetime' | 'end_datetime' | 'location' | 'terms_changed_at'> & {
  changed_at: Date
  was_booked: boolean
}

/** The fields that may still change after the event has begun. */
export const TEXT_FIELDS: Field[] = ['title', 'description', 'location', 'virtual_link', 'requirements']
/** The fields that raise `sequence`, because calendar programs show them. */
const CALENDAR_FIELDS: Field[] = ['title', 'start_datetime', 'end_datetime', 'location', 'virtual_link']
const TIMES = ['start_datetime', 'end_datetime'] as const
/** What somebody who has booked may not be able or willing to accept. */
const TERMS: Field[] = [...TIMES, 'location']
/** What attendees are told when it changes. All of it raises `sequence`. */
const TOLD: Field[] = [...TERMS, 'virtual_link']

/** Returns the fields whose value differs from the event's, since forms send all of them back. */
export function changesOf(event: EventRow, fields: EventChanges): EventChanges {
  const differing = fieldsOf(fields).filter(
    (field) => toComparable(event[field]) !== toComparable(fields[field]),
  )
  return Object.fromEntries(differing.map((field) => [field, fields[field]]))
}

const fieldsOf = (changes: EventChanges): Field[] => Object.keys(changes).filter(isField)
const toComparable = (value: unknown) => (value instanceof Date ? value.getTime() : value)

export const raisesSequence = (changes: EventChanges) => CALENDAR_FIELDS.some((field) => field in changes)
export const isTold = (event: EventRow, changes: EventChanges) => isNoticed(event, changes, TOLD)
const movesTimes = (changes: EventChanges) => TIMES.some((field) => field in changes)
/** Whether the bookings of the event may clash with others than before. */
export const movesBookings = (changes: EventChanges) => movesTimes(changes) || 'parent_event_id' in changes

export const changesTerms = (event: EventRow, changes: EventChanges) => isNoticed(event, changes, TERMS)

/** Whether one of the fields changes so that somebody would notice. */
function isNoticed(event: EventRow, changes: EventChanges, fields: Field[]): boolean {
  const { location = event.location } = changes
  const isMoved = !isSamePlace(location, event.location)
  return fields.some((field) => field in changes && (field !== 'location' || isMoved))
}

/** How long after a change people are told of it by mail: what is corrected until then is told with it. */
export const TOLD_AFTER_SECONDS = 60

/**
 * Returns since when the event is as people have to accept it: since now when its time or place changes, unless that undoes changes
 * which nobody was told of yet, and nobody has booked in between. `recent`: the event's latest versions, the newest first.
 */
export function termsChangedAt(
  event: EventRow,
  changes: EventChanges,
  { recent, now }: { recent: Version[]; now: Date },
): Date | null {
  if (!changesTerms(event, changes)) return event.terms_changed_at
  const known = lastTold(recent, now)
  const isUndone = known && !known.was_booked && hasSameTerms(known, { ...event, ...changes })
  return isUndone ? known.terms_changed_at : now
}

/** The event as it was before the changes that are told together with one that is made now. */
function lastTold(recent: Version[], now: Date): Version | undefined {
  let [told, next] = [undefined as Version | undefined, now]
  for (const version of recent) {
    if (next.getTime() - version.changed_at.getTime() >= TOLD_AFTER_SECONDS * 1_000) break
    told = version
    next = version.changed_at
  }
  return told
}

type Terms = Pick<EventRow, 'start_datetime' | 'end_datetime' | 'location'>

const hasSameTerms = (one: Terms, other: Terms) =>
  isSamePlace(one.location, other.location) &&
  TIMES.every((time) => one[time].getTime() === other[time].getTime())

/** Returns why these changes are refused, undefined when they are allowed. */
export function refusalOf(
  event: EventRow,
  changes: EventChanges,
  now: Date,
): 'cancelled' | 'completed' | 'started' | undefined {
  if (event.status === 'CANCELLED') return 'cancelled'
  if (event.status === 'COMPLETED') return 'completed'
  const isOnlyText = fieldsOf(changes).every((field) => TEXT_FIELDS.includes(field))
  return event.start_datetime <= now && !isOnlyText ? 'started' : undefined
}

export function changeFaults(event: EventRow, changes: EventChanges, now: Date): FieldFault[] {
  return movesTimes(changes) ? timeFaults({ ...event, ...changes }, now) : []
}

/** Returns details for the audit log: the changed fields, and old and new values except of free text. */
export function describeChanges(event: EventRow, changes: EventChanges): Record<string, unknown> {
  const fields = fieldsOf(changes)
  const values = fields
    .filter((field) => !TEXT_FIELDS.includes(field))
    .map((field) => [field, { from: toLogged(event[field]), to: toLogged(changes[field]) }])
  return { changed: fields, ...Object.fromEntries(values) }
}

function toLogged(value: unknown): unknown {
  return value instanceof Date ? toWireTime(value) : value
}
