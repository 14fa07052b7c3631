import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Event } from '#web/lib/api/contract.ts'
import { serverNow } from '#web/lib/api/server-clock.ts'
import { dayKey, plusDays } from '#web/lib/format.ts'
import { readEventPages } from '#web/lib/queries/event-pages.ts'
import { readEvents } from '#web/lib/queries/open-reads.ts'
import { keys } from '#web/lib/query-keys.ts'
import { toQuery } from '#web/lib/search-params.ts'
import { daysAsked, daysQuery, type EventSearch, pageQuery, ZONES_APART } from './search/event-search.ts'

/** The first page of the list. */
export function eventPageQuery(search: EventSearch) {
  const query = pageQuery(search, dayKey(serverNow()))
  return queryOptions({
    queryKey: keys.events.page(query),
    queryFn: ({ signal }) => readEvents(query, signal),
  })
}

/**
 * The list, read page by page: `data.pages` has as many as were asked for so far. They have more than is asked for, as `pageQuery`
 * says; the first also has retreats that began before the first day and may last into it.
 */
export function eventListQuery(search: EventSearch) {
  const today = dayKey(serverNow())
  return infiniteQueryOptions({
    queryKey: keys.events.list(pageQuery(search, today)),
    queryFn: async ({ pageParam, signal }) => {
      const { first } = daysAsked(search, today)
      const [page, retreats] = await Promise.all([
        readEvents(pageQuery(search, today, pageParam), signal),
        first !== undefined && pageParam === 1
          ? readRetreats(search, plusDays(first, -ZONES_APART), signal)
          : [],
      ])
      const { pagination, events } = page
      return {
        pagination: { ...pagination, total: pagination.total + retreats.length },
        events: [...retreats, ...events],
      }
    },
    initialPageParam: 1,
    getNextPageParam: ({ pagination }) => (pagination.has_next ? pagination.page + 1 : undefined),
    placeholderData: keepPreviousData,
  })
}

const PAGES_MAX = 5
/** A retreat that is longer is not found in months after that of its start. */
const RETREAT_MAX_DAYS = 60

type Days = { first: string; last: string }

/** All events of some weeks, at most five hundred, and retreats that began before and may last into them. */
export const eventDaysQuery = (filters: EventSearch, days: Days) =>
  queryOptions({
    queryKey: keys.events.days(daysQuery(filters, days, 1)),
    queryFn: async ({ signal }) => {
      const first = plusDays(days.first, -ZONES_APART)
      const last = plusDays(days.last, ZONES_APART)
      const [own, retreats] = await Promise.all([
        readDays(filters, { first, last }, signal),
        readRetreats(filters, first, signal),
      ])
      return { events: [...retreats, ...own] }
    },
    placeholderData: keepPreviousData,
  })

/**
 * Retreats that began in the weeks before that day. The API finds events by their start, and only retreats last for more than a night.
 */
function readRetreats(filters: EventSearch, before: string, signal: AbortSignal): Promise<Event[]> {
  const days = { first: plusDays(before, -RETREAT_MAX_DAYS), last: plusDays(before, -1) }
  return filters.type === 'session'
    ? Promise.resolve([])
    : readDays({ ...filters, type: 'retreat' }, days, signal)
}

const readDays = (filters: EventSearch, days: Days, signal: AbortSignal): Promise<Event[]> =>
  readEventPages((page) => readEvents(daysQuery(filters, days, page), signal), PAGES_MAX)

const OF_SERIES = 100

/** The dates of an event's series that are ahead, among the next hundred events of its facilitator. */
export const seriesQuery = ({ series_id, facilitator }: Pick<Event, 'series_id' | 'facilitator'>) =>
  queryOptions({
    queryKey: keys.events.series(series_id ?? 0),
    queryFn: async ({ signal }) => {
      const query = toQuery({ facilitator_id: facilitator.id, per_page: OF_SERIES })
      const { events } = await readEvents(query, signal)
      return { events: events.filter((event) => event.series_id === series_id) }
    },
    enabled: series_id !== null,
  })

const NEXT = 'per_page=6'

/** The next six events. */
export const nextEventsQuery = queryOptions({
  queryKey: keys.events.page(NEXT),
  queryFn: ({ signal }) => readEvents(NEXT, signal),
})
