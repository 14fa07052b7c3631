import type { EventRow } from '#booking/database/event.table.ts'
import type { FieldFault } from '#shared/errors/app-error.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import { type EventFields, isField, timeFaults } from './event-input.rules.ts'

export type EventChanges = Partial<EventFields>
type Field = keyof EventFields

/** The fields that may still change after the event has begun. */
export const TEXT_FIELDS: Field[] = ['title', 'description', 'location', 'virtual_link', 'requirements']
/** The fields that raise `sequence`, because calendar programs show them. */
const CALENDAR_FIELDS: Field[] = ['title', 'start_datetime', 'end_datetime', 'location', 'virtual_link']
const TIMES: Field[] = ['start_datetime', 'end_datetime']
/** The fields whose changes attendees are told by mail. All of them raise `sequence`. */
const TOLD: Field[] = [...TIMES, 'location', 'virtual_link']
/** The fields that somebody who has booked may not be able or willing to accept. */
const TERMS: Field[] = [...TIMES, 'location', 'cancellation_deadline_hours']

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
export const isTold = (changes: EventChanges) => TOLD.some((field) => field in changes)
export const changesTerms = (changes: EventChanges) => TERMS.some((field) => field in changes)
const movesTimes = (changes: EventChanges) => TIMES.some((field) => field in changes)
/** Whether the bookings of the event may clash with others than before. */
export const movesBookings = (changes: EventChanges) => movesTimes(changes) || 'parent_event_id' in changes

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
