import type { CreateEvent, EditEvent, Event, Scope } from '#web/lib/api/contract.ts'
import { lengthFault } from '#web/lib/text/text-length.ts'
import { fromWire } from '#web/lib/wire-time.ts'
import { NEVER, type Repeat, repeatFault, toRule } from './repeat.rules.ts'
import { daysLater, endFromWall, fromWall, isWall, toWall } from './wall-time.ts'

/** Fields have the API's names, so that its errors are shown beside them. Times are local to `timezone`. */
export type EventValues = {
  title: string
  event_type: 'SESSION' | 'RETREAT'
  description: string
  start_datetime: string
  end_datetime: string
  timezone: string
  location: string
  virtual_link: string
  max_participants: number | string
  /** NaN while what is typed is no amount. */
  price: number
  requirements: string
  cancellation_deadline_hours: number | string
  /** The retreat that the event is a session of. */
  parent_event_id: number | null
  recurrence: Repeat
}

/** How long texts may be, as the API says. */
export const TEXT_MAX = { title: 200, description: 5_000, location: 200, requirements: 2_000 }

const PRICE_MAX = 99_999_999.99

const DAYS_AHEAD = 7

/** The form of a new event: a morning hour, a week from now. */
export function emptyValues(now: Date, timezone: string): EventValues {
  const day = daysLater(toWall(now, timezone), DAYS_AHEAD).slice(0, 10)
  return {
    title: '',
    event_type: 'SESSION',
    description: '',
    start_datetime: `${day}T09:00`,
    end_datetime: `${day}T10:00`,
    timezone,
    location: '',
    virtual_link: '',
    max_participants: 12,
    price: 0,
    requirements: '',
    cancellation_deadline_hours: 24,
    parent_event_id: null,
    recurrence: NEVER,
  }
}

export function valuesOf(event: Event): EventValues {
  const { timezone } = event
  return {
    title: event.title,
    event_type: event.event_type,
    description: event.description ?? '',
    start_datetime: toWall(fromWire(event.start_datetime), timezone),
    end_datetime: toWall(fromWire(event.end_datetime), timezone),
    timezone,
    location: event.location ?? '',
    virtual_link: event.virtual_link ?? '',
    max_participants: event.max_participants,
    price: event.price,
    requirements: event.requirements ?? '',
    cancellation_deadline_hours: event.cancellation_deadline_hours,
    parent_event_id: event.parent_event_id,
    recurrence: NEVER,
  }
}

/** The form of a copy: at the same time of the week, in the first week that is in the future, and part of no other event. */
export function copyOf(event: Event, now: Date): EventValues {
  const values = valuesOf(event)
  const daysAgo = (now.getTime() - fromWire(event.start_datetime).getTime()) / 86_400_000
  const days = 7 * Math.max(1, Math.ceil(daysAgo / 7))
  return {
    ...values,
    start_datetime: daysLater(values.start_datetime, days),
    end_datetime: daysLater(values.end_datetime, days),
    parent_event_id: null,
  }
}

export function toCreate(values: EventValues, facilitator_id: number): CreateEvent {
  const recurrence = toRule(values.recurrence, values.start_datetime)
  return { ...toInput(values), facilitator_id, ...(recurrence !== null && { recurrence }) }
}

/**
 * The body to send: changed fields only, so that other events of a series keep their values. For several events times count
 * as changed when their clock is: with a new zone alone each event keeps its own (decision 0011).
 */
export function toEdit(event: Event, values: EventValues, scope: Scope = 'this'): EditEvent {
  const initial = valuesOf(event)
  const before: Record<string, unknown> = toInput(initial)
  const isMoved = TIMES.some((field) => values[field] !== initial[field])
  const isChanged = ([field, value]: [string, unknown]) =>
    scope !== 'this' && isTime(field) ? isMoved : value !== before[field]
  return Object.fromEntries(Object.entries(toInput(values)).filter(isChanged))
}

export const TIMES = ['start_datetime', 'end_datetime'] as const
const isTime = (field: string) => TIMES.some((time) => time === field)

type Faults = Partial<Record<keyof EventValues, string>>

/** Errors that need no request; the API finds the others. An event that has begun may keep its start. */
export function faultsOf(values: EventValues, initial: EventValues, now: Date): Faults {
  const { title, start_datetime: start, end_datetime: end, timezone } = values
  return {
    ...lengthFaults(values),
    ...(!title.trim() && { title: 'Enter a title.' }),
    ...(!isWall(start) && { start_datetime: 'Enter a start.' }),
    ...(!isWall(end) && { end_datetime: 'Enter an end.' }),
    ...(isWall(start) &&
      start !== initial.start_datetime &&
      fromWall(start, timezone) <= now && { start_datetime: 'This time is in the past.' }),
    ...(isWall(start) &&
      isWall(end) &&
      !endsAfter(start, end, timezone) && { end_datetime: 'The end must be after the start.' }),
    ...(values.max_participants === '' && { max_participants: 'Enter the number of seats.' }),
    ...(!(values.price <= PRICE_MAX) && { price: 'Enter an amount in this currency, or 0.' }),
    ...withRepeat(values),
  }
}

/** As moments: where clocks are put back an event may end at an earlier time of the clock. */
function endsAfter(start: string, end: string, timezone: string): boolean {
  const begin = fromWall(start, timezone)
  return endFromWall(end, timezone, begin) > begin
}

function lengthFaults(values: EventValues): Faults {
  const texts = Object.keys(TEXT_MAX) as (keyof typeof TEXT_MAX)[]
  const faults = texts.map((field) => [field, lengthFault(values[field], TEXT_MAX[field])] as const)
  return Object.fromEntries(faults.filter(([, fault]) => fault !== undefined))
}

function withRepeat({ recurrence, start_datetime }: EventValues): Faults {
  const fault = repeatFault(recurrence, start_datetime)
  return fault ? { recurrence: fault } : {}
}

function toInput(values: EventValues) {
  const { timezone } = values
  const start = fromWall(values.start_datetime, timezone)
  return {
    title: values.title.trim(),
    event_type: values.event_type,
    description: values.description.trim() || null,
    start_datetime: start.toISOString(),
    end_datetime: endFromWall(values.end_datetime, timezone, start).toISOString(),
    timezone,
    location: values.location.trim() || null,
    virtual_link: values.virtual_link.trim() || null,
    max_participants: Number(values.max_participants),
    price: values.price,
    requirements: values.requirements.trim() || null,
    cancellation_deadline_hours: Number(values.cancellation_deadline_hours),
    parent_event_id: values.parent_event_id,
  }
}
