import type { Event } from '#web/lib/api/contract.ts'
import { dayKey, plusDays } from '#web/lib/format.ts'
import {
  oneOf,
  readDay,
  readMonth,
  readNumber,
  readPage,
  readText,
  searchReader,
  toQuery,
} from '#web/lib/search-params.ts'
import { clockOf, daysOf } from '#web/lib/time/event-time.rules.ts'

/** The filters of the list of events. They are parameters of the address, so that it can be shared. */
export type EventSearch = {
  q?: string
  type?: 'session' | 'retreat'
  online?: true
  /** A choice of days that moves with the calendar; `from` and `to` are left out then. */
  when?: 'today' | 'weekend'
  facilitator?: number
  /** Days of the list, `2026-11-25`, both included. */
  from?: string
  to?: string
  /** How many pages of the list are shown, from the first one on. */
  page?: number
  view?: 'calendar'
  /** Of the calendar view, `2026-11`. */
  month?: string
}

const PER_PAGE = 50
/** Of the list. Who wants more than a thousand events searches among them. */
export const PAGES_MAX = 20

const read = searchReader<EventSearch>({
  q: readText,
  type: oneOf('session', 'retreat'),
  online: (value) => value === true || undefined,
  when: oneOf('today', 'weekend'),
  facilitator: readNumber,
  from: readDay,
  to: readDay,
  page: readPage,
  view: oneOf('calendar'),
  month: readMonth,
})

/** The calendar has its own days, so that a filter of days cannot be seen there, nor taken away. */
export function readEventSearch(search: Record<string, unknown>): EventSearch {
  const all = read(search)
  if (all.view === 'calendar') return { ...all, ...ANY_DAY }
  return all.when ? { ...all, from: undefined, to: undefined } : all
}

/**
 * The query of one page of the list, which has events of some days before and after those that are asked for too: whether one is asked
 * for, `isAskedFor` says. `today`: the reader's day.
 */
export function pageQuery(search: EventSearch, today: string, page = 1): string {
  const { first, last } = daysAsked(search, today)
  const { from: _from, to: _to, when: _when, ...filters } = search
  const from = first && plusDays(first, -ZONES_APART)
  const to = last && plusDays(last, ZONES_APART)
  return toEventQuery({ ...filters, ...between(from, to), page, per_page: PER_PAGE })
}

/** The days that two clocks show at the same moment are that far apart at most, rounded up: clocks differ by up to 26 hours. */
export const ZONES_APART = 2

export type Days = { first?: string | undefined; last?: string | undefined }

/** The days that are asked for, both included. Without a first one, what is on since an earlier day is asked for too. */
export const daysAsked = ({ from, to, when }: EventSearch, today: string): Days =>
  when ? DAYS_OF[when](today) : { first: from, last: to }

/** Whether an event takes place on the days that are asked for, by the clock by which the list has its day. */
export function isAskedFor(event: Event, search: EventSearch, now: Date): boolean {
  const [readers, rooms] = [dayKey(now), dayKey(now, clockOf(event))]
  const today = search.when === 'today' && rooms > readers ? rooms : readers
  const asked = daysAsked(search, today)
  const { first, last } = daysOf(event)
  return (
    (asked.first === undefined || last >= asked.first) && (asked.last === undefined || first <= asked.last)
  )
}

/** How many pages of the list are shown. */
export const pagesShown = ({ page = 1 }: EventSearch): number => Math.min(page, PAGES_MAX)

const DAYS_OF = {
  today: (today: string): Days => ({ last: today }),
  weekend(today: string): Days {
    const weekday = new Date(`${today}T12:00:00Z`).getUTCDay()
    if (weekday === 0) return { last: today }
    const saturday = plusDays(today, 6 - weekday)
    return { first: weekday === 6 ? undefined : saturday, last: plusDays(saturday, 1) }
  },
}

/** The query of one page of the events that begin on these days, by the reader's clock. */
export function daysQuery(filters: EventSearch, days: { first: string; last: string }, page: number): string {
  return toEventQuery({ ...filters, ...between(days.first, days.last), page, per_page: 100 })
}

export const ANY_DAY = { when: undefined, from: undefined, to: undefined }

/** Resets all filters. */
export const UNFILTERED = {
  q: undefined,
  type: undefined,
  online: undefined,
  facilitator: undefined,
  ...ANY_DAY,
}

/** The number of filters that only the sheet shows. */
export const hiddenFilterCount = ({ type, facilitator, from, to }: EventSearch): number =>
  [type === 'session' || undefined, facilitator, from ?? to].filter((each) => each !== undefined).length

export const isFiltered = (search: EventSearch): boolean =>
  Object.keys(UNFILTERED).some((key) => search[key as keyof typeof UNFILTERED] !== undefined)

type Query = Omit<EventSearch, 'view' | 'month' | 'when'> & { page: number; per_page: number }

function toEventQuery({ q, type, online, facilitator, from, to, page, per_page }: Query): string {
  const given = { type, facilitator_id: facilitator, online: online && 'true' }
  return toQuery({ search: q?.trim(), ...given, from, to, page, per_page })
}

/** From the start of the first day to the end of the last, in the reader's time zone. */
function between(first: string | undefined, last: string | undefined) {
  return {
    from: first === undefined ? undefined : toWireAt(first, 0),
    to: last === undefined ? undefined : toWireAt(last, 1),
  }
}

function toWireAt(day: string, daysLater: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(year, month - 1, date + daysLater).toISOString().slice(0, 19)
}
