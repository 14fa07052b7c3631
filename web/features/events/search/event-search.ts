import { plusDays } from '#web/lib/format.ts'
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

/** The filters of the list of events. They are parameters of the address, so that it can be shared. */
export type EventSearch = {
  q?: string
  type?: 'session' | 'retreat'
  online?: true
  /** A choice of days that moves with the calendar; `from` and `to` are left out then. */
  when?: 'today' | 'weekend'
  facilitator?: number
  /** Days of the reader's calendar, `2026-11-25`, both included. */
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

/** The query of one page of the list. `today`: the reader's day. */
export function pageQuery({ from, to, when, ...filters }: EventSearch, today: string, page = 1): string {
  const days = when ? DAYS_OF[when](today) : { from, to }
  return toEventQuery({ ...filters, ...between(days.from, days.to), page, per_page: PER_PAGE })
}

/** How many pages of the list are shown. */
export const pagesShown = ({ page = 1 }: EventSearch): number => Math.min(page, PAGES_MAX)

/** What begins by then and is not over, so also what is on since an earlier day. */
const DAYS_OF = {
  today: (today: string) => ({ from: undefined, to: today }),
  weekend(today: string) {
    const weekday = new Date(`${today}T12:00:00Z`).getUTCDay()
    if (weekday === 0) return { from: undefined, to: today }
    const saturday = plusDays(today, 6 - weekday)
    return { from: weekday === 6 ? undefined : saturday, to: plusDays(saturday, 1) }
  },
}

/** The query of one page of the events of a calendar's weeks. */
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
