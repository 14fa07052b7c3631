/** What of the programme somebody looks at. All of it stands in the address, so that it can be sent to a friend. */
export type EventSearch = {
  q?: string
  type?: 'session' | 'retreat'
  facilitator?: number
  /** Days of the reader's calendar, `2026-11-25`, both included. */
  from?: string
  to?: string
  page?: number
  view?: 'calendar'
  /** Of the calendar, `2026-11`. */
  month?: string
}

const PER_PAGE = 12
const Q_MAX = 200

/** Takes what can be understood; whatever else somebody typed into the address counts as left out. */
export function readEventSearch(search: Record<string, unknown>): EventSearch {
  const { q, type, facilitator, from, to, page, view, month } = search
  return {
    ...((typeof q === 'string' || typeof q === 'number') && q !== '' && { q: String(q).slice(0, Q_MAX) }),
    ...((type === 'session' || type === 'retreat') && { type }),
    ...(isPositive(facilitator) && { facilitator }),
    ...(isDay(from) && { from }),
    ...(isDay(to) && { to }),
    ...(isPositive(page) && page > 1 && { page }),
    ...(view === 'calendar' && { view }),
    ...(typeof month === 'string' && isDay(`${month}-01`) && { month }),
  }
}

/** The query of one page of cards. */
export function pageQuery({ page = 1, from, to, ...filters }: EventSearch): string {
  return toQuery({ ...filters, ...between(from, to), page, per_page: PER_PAGE })
}

/** The query of one of the pages that make up a calendar's weeks. */
export function daysQuery(filters: EventSearch, days: { first: string; last: string }, page: number): string {
  return toQuery({ ...filters, ...between(days.first, days.last), page, per_page: 100 })
}

/** How many filters are set, beside what is searched for. */
export const filterCount = ({ type, facilitator, from, to }: EventSearch): number =>
  [type, facilitator, from ?? to].filter((each) => each !== undefined).length

export const isFiltered = (search: EventSearch): boolean => search.q !== undefined || filterCount(search) > 0

type Query = Omit<EventSearch, 'view' | 'month'> & { page: number; per_page: number }

function toQuery({ q, type, facilitator, from, to, page, per_page }: Query): string {
  const all = { search: q?.trim(), type, facilitator_id: facilitator, from, to, page, per_page }
  const given = Object.entries(all).filter(([, value]) => value !== undefined && value !== '')
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
}

/** From the beginning of the one day to the end of the other, where the reader is. */
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

function isPositive(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0
}

function isDay(value: unknown): value is string {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false
  const at = new Date(`${value}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value)
}
