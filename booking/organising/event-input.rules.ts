import { EVENT_TYPES, type EventRow } from '#booking/database/event.table.ts'
import type { FieldFault } from '#shared/errors/app-error.ts'
import { upperAscii } from '#shared/lib/ascii-case.ts'
import { readTimeZone } from '#shared/lib/wall-time.ts'
import { parseWireTime } from '#shared/lib/wire-time.ts'
import type { EditEvent } from './event-organising.schema.ts'
import { readOnlineLink } from './online-link.rules.ts'
import { readPrice } from './price.rules.ts'
import type { Times } from './recurrence.rules.ts'

/** The fields of an event that its organiser sets. */
export type EventFields = Pick<EventRow, Field>
type Field = keyof EditEvent

const DURATION_MAX_DAYS = 366
const DAY_MS = 86_400_000

/** Returns the given fields as column values, and all faults, `schemaFaults` first. */
export function readEventFields(
  input: EditEvent,
  schemaFaults: FieldFault[],
  currency: string,
): { fields: Partial<EventFields>; faults: FieldFault[] } {
  const faults = [...schemaFaults]
  const fields: Record<string, unknown> = {}
  for (const field of Object.keys(READERS).filter(isField)) {
    const value = input[field]
    if (value === undefined || schemaFaults.some((fault) => fault.field === field)) continue
    // The schema has checked that the value is of the type that the field's reader takes.
    const result = value === null ? { value } : READERS[field](value as never, currency)
    if ('fault' in result) faults.push({ field, message: result.fault })
    else fields[field] = result.value
  }
  return { fields, faults }
}

export const isField = (name: string): name is Field => Object.hasOwn(READERS, name)

/** Returns the faults of the times; either may be missing. */
export function timeFaults(
  { start_datetime: start, end_datetime: end }: Partial<Times>,
  now: Date,
): FieldFault[] {
  const faults: FieldFault[] = []
  const fault = (field: string, message: string) => faults.push({ field, message })
  if (start && start <= now) fault('start_datetime', 'must be in the future')
  if (!start || !end) return faults
  if (end <= start) fault('end_datetime', 'must be after start_datetime')
  if (end.getTime() - start.getTime() > DURATION_MAX_DAYS * DAY_MS)
    fault('end_datetime', `must be at most ${DURATION_MAX_DAYS} days after start_datetime`)
  return faults
}

type Read<T> = { value: T } | { fault: string }

const READERS: { [F in Field]: (value: never, currency: string) => Read<EventFields[F]> } = {
  title: (text: string) => ({ value: text.trim() }),
  description: readText,
  event_type: readType,
  start_datetime: readTime,
  end_datetime: readTime,
  location: readText,
  virtual_link: readLink,
  max_participants: (count: number) => ({ value: count }),
  price: readPrice,
  requirements: readText,
  timezone: readZone,
  cancellation_deadline_hours: (hours: number) => ({ value: hours }),
  parent_event_id: (id: number) => ({ value: id }),
}

function readText(text: string): Read<string | null> {
  return { value: text.trim() || null }
}

function readType(text: string): Read<EventFields['event_type']> {
  const value = EVENT_TYPES.find((type) => type === upperAscii(text.trim()))
  return value ? { value } : { fault: `must be one of ${EVENT_TYPES.join(', ').toLowerCase()}` }
}

function readTime(text: string): Read<Date> {
  const value = parseWireTime(text)
  if (value) return { value }
  return { fault: 'must be a time such as 2026-01-15T07:00:00 (UTC) or 2026-01-15T08:00:00+01:00' }
}

function readLink(text: string): Read<string | null> {
  const given = text.trim()
  return given === '' ? { value: null } : readOnlineLink(given)
}

function readZone(name: string): Read<string> {
  const value = readTimeZone(name.trim())
  return value ? { value } : { fault: 'must be an IANA time zone such as Europe/Berlin' }
}
