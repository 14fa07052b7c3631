import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Event } from '#web/lib/api/contract.ts'
import { serverNow } from '#web/lib/api/server-clock.ts'
import { dayKey, plusDays } from '#web/lib/format.ts'
import { readEventPages } from '#web/lib/queries/event-pages.ts'
import { readEvents } from '#web/lib/queries/open-reads.ts'
import { keys } from '#web/lib/query-keys.ts'
import { toQuery } from '#web/lib/search-params.ts'
import { daysQuery, type EventSearch, pageQuery } from './search/event-search.ts'

/** The first page of the list. */
export function eventPageQuery(search: EventSearch) {
  const query = pageQuery(search, dayKey(serverNow()))
  return queryOptions({
    queryKey: keys.events.page(query),
    queryFn: ({ signal }) => readEvents(query, signal),
  })
}

/** The list, read page by page: `data.pages` has as many as were asked for so far. */
export function eventListQuery(search: EventSearch) {
  const today = dayKey(serverNow())
  return infiniteQueryOptions({
    queryKey: keys.events.list(pageQuery(search, today)),
    queryFn: ({ pageParam, signal }) => readEvents(pageQuery(search, today, pageParam), signal),
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
      // The API finds events by their start. Only retreats last for more than a night.
      const start = plusDays(days.first, -1)
      const before = { first: plusDays(start, -RETREAT_MAX_DAYS), last: plusDays(start, -1) }
      const [own, retreats] = await Promise.all([
        readDays(filters, { ...days, first: start }, signal),
        filters.type === 'session' ? [] : readDays({ ...filters, type: 'retreat' }, before, signal),
      ])
      return { events: [...retreats, ...own] }
    },
    placeholderData: keepPreviousData,
  })

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
