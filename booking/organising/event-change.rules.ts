import type { EventRow } from '#booking/database/event.table.ts'
import type { FieldFault } from '#shared/errors/app-error.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import { type EventFields, timeFaults } from './event-input.rules.ts'

export type EventChanges = Partial<EventFields>
type Field = keyof EventFields

/** What may still change while an event is on. */
export const WORDS: Field[] = ['title', 'description', 'location', 'virtual_link', 'requirements']
/** What calendars have to hear of. */
const NEWS: Field[] = ['title', 'start_datetime', 'end_datetime', 'location', 'virtual_link']
const TIMES: Field[] = ['start_datetime', 'end_datetime']

/** Those of the fields that differ: a form sends all of them back. */
export function changesOf(event: EventRow, fields: EventChanges): EventChanges {
  const differs = ([field, value]: [string, unknown]) => {
    const old = event[field as Field]
    return old instanceof Date ? old.getTime() !== (value as Date).getTime() : old !== value
  }
  return Object.fromEntries(Object.entries(fields).filter(differs))
}

export const isNews = (changes: EventChanges) => NEWS.some((field) => field in changes)
export const movesTimes = (changes: EventChanges) => TIMES.some((field) => field in changes)

/** Why the event can no longer be changed, or no longer in this way. */
export function refusalOf(
  event: EventRow,
  changes: EventChanges,
  now: Date,
): 'cancelled' | 'completed' | 'started' | undefined {
  if (event.status === 'CANCELLED') return 'cancelled'
  if (event.status === 'COMPLETED') return 'completed'
  const isOnlyWords = Object.keys(changes).every((field) => WORDS.includes(field as Field))
  return event.start_datetime <= now && !isOnlyWords ? 'started' : undefined
}

export function changeFaults(event: EventRow, changes: EventChanges, now: Date): FieldFault[] {
  return movesTimes(changes) ? timeFaults({ ...event, ...changes }, now) : []
}

/** For the log: which fields changed, and from what to what unless it is somebody's words. */
export function describeChanges(event: EventRow, changes: EventChanges): Record<string, unknown> {
  const fields = Object.keys(changes) as Field[]
  const values = fields
    .filter((field) => !WORDS.includes(field))
    .map((field) => [field, { from: toLogged(event[field]), to: toLogged(changes[field]) }])
  return { changed: fields, ...Object.fromEntries(values) }
}

function toLogged(value: unknown): unknown {
  return value instanceof Date ? toWireTime(value) : value
}
