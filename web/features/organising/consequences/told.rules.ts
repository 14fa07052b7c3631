import { isSamePlace } from '#shared/lib/is-same-place.ts'
import type { Event, Scope } from '#web/lib/api/contract.ts'
import { count } from '#web/lib/format.ts'
import { type EventValues, TIMES, toEdit } from '../form/event-form.rules.ts'
import { isWall } from '../form/wall-time.ts'
import { bookingsOf, isAnyFull } from './dates.rules.ts'

type Facts = {
  scope: Scope
  /** The events that change; undefined while it is not known which. */
  dates: Event[] | undefined
  sendsMail: boolean
  /** The event as people know it, when what was changed a moment ago is not told yet. */
  before?: Event | undefined
}

/** Whom a change is told, and what it means for them, in at most three sentences. Nothing where nobody has booked. */
export function toldInWords(event: Event, values: EventValues, facts: Facts): string | undefined {
  if (!isWall(values.start_datetime) || !isWall(values.end_datetime)) return undefined
  const { scope, dates, sendsMail, before } = facts
  const changes = toEdit(event, values, scope)
  const isUnbooked = dates && bookingsOf(dates) === 0
  if (Object.keys(changes).length === 0 || isUnbooked) return undefined
  const isMoved = movesPeople(event, values, scope)
  const isTold = isMoved || 'virtual_link' in changes
  if (scope === 'this' && isTold && before && !isToldOf(before, values)) return TAKEN_BACK
  const isStricter = Number(values.cancellation_deadline_hours) > event.cancellation_deadline_hours
  const who = isTold
    ? `${whoInWords(facts)} told${sendsMail ? '' : ' on their home page'}${isMoved ? `, and can cancel${alsoInWords(dates)}` : ''}.`
    : nobodyInWords(event, values, dates)
  const isDearer = Number(values.price) > event.price
  const more = [isTold && sendsMail && IN_A_MINUTE, isStricter && KEEPS_HOURS, isDearer && KEEPS_PRICE]
  return [who, ...more].filter(Boolean).join(' ')
}

function movesPeople(event: Event, values: EventValues, scope: Scope): boolean {
  const changes = toEdit(event, values, scope)
  return (
    TIMES.some((field) => field in changes) ||
    // By the clocks of another zone the dates of a series are at other moments.
    (scope !== 'this' && 'timezone' in changes) ||
    !isSamePlace(values.location, event.location ?? '')
  )
}

const isToldOf = (event: Event, values: EventValues) =>
  movesPeople(event, values, 'this') || 'virtual_link' in toEdit(event, values, 'this')

const TAKEN_BACK = 'Nobody is written to: this takes back what was changed a moment ago.'
const KEEPS_PRICE = 'Who has booked already keeps the price they booked at.'

const KEEPS_HOURS = 'Who has booked already keeps the hours they booked with.'
const IN_A_MINUTE = 'They are written to a minute after you save; what you correct until then is one message.'

/** People of one event, and bookings of a series: the same people come to many of its dates. */
function whoInWords({ scope, dates }: Facts): string {
  if (!dates) return 'All who have booked these dates are'
  const seats = bookingsOf(dates)
  return scope === 'this'
    ? count(seats, 'person who has booked is', 'people who have booked are')
    : `All who have booked (${count(seats, 'booking')}; ${count(dates.length, 'date changes', 'dates change')}) are`
}

/** Who waits for a seat hears of another time or place, too. */
const alsoInWords = (dates: Event[] | undefined) =>
  !dates || isAnyFull(dates) ? '; who is on the waiting list is told, too' : ''

/** More seats are given to those who wait, and that they are told. */
function nobodyInWords(event: Event, { max_participants }: EventValues, dates: Event[] | undefined): string {
  const mayMoveUp = Number(max_participants) > event.max_participants && (!dates || isAnyFull(dates))
  return mayMoveUp
    ? 'Nobody is written to about this change, except those who move up from the waiting list.'
    : 'Nobody is written to about this change.'
}
