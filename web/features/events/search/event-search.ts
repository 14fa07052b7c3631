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
  facilitator?: number
  /** Days of the reader's calendar, `2026-11-25`, both included. */
  from?: string
  to?: string
  page?: number
  view?: 'calendar'
  /** Of the calendar view, `2026-11`. */
  month?: string
}

const PER_PAGE = 12

const read = searchReader<EventSearch>({
  q: readText,
  type: oneOf('session', 'retreat'),
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
  return all.view === 'calendar' ? { ...all, from: undefined, to: undefined } : all
}

/** The query of one page of cards. */
export function pageQuery({ page = 1, from, to, ...filters }: EventSearch): string {
  return toEventQuery({ ...filters, ...between(from, to), page, per_page: PER_PAGE })
}

/** The query of one page of the events of a calendar's weeks. */
export function daysQuery(filters: EventSearch, days: { first: string; last: string }, page: number): string {
  return toEventQuery({ ...filters, ...between(days.first, days.last), page, per_page: 100 })
}

/** Resets all filters. */
export const UNFILTERED = {
  q: undefined,
  type: undefined,
  facilitator: undefined,
  from: undefined,
  to: undefined,
}

/** The number of filters that are set, without the search text. */
export const filterCount = ({ type, facilitator, from, to }: EventSearch): number =>
  [type, facilitator, from ?? to].filter((each) => each !== undefined).length

export const isFiltered = (search: EventSearch): boolean => search.q !== undefined || filterCount(search) > 0

type Query = Omit<EventSearch, 'view' | 'month'> & { page: number; per_page: number }

function toEventQuery({ q, type, facilitator, from, to, page, per_page }: Query): string {
  return toQuery({ search: q?.trim(), type, facilitator_id: facilitator, from, to, page, per_page })
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
