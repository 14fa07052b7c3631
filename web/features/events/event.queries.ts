import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { call } from '#web/lib/api/call.ts'
import type { Event } from '#web/lib/api/contract.ts'
import { plusDays } from '#web/lib/format.ts'
import { readEventPages } from '#web/lib/queries/event-pages.ts'
import { keys } from '#web/lib/query-keys.ts'
import { daysQuery, type EventSearch, pageQuery } from './search/event-search.ts'

export const eventPageQuery = (search: EventSearch) =>
  queryOptions({
    queryKey: keys.events.page(pageQuery(search)),
    queryFn: ({ signal }) => call('GET /api/events/', { query: pageQuery(search), signal }),
    placeholderData: keepPreviousData,
  })

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
  readEventPages(
    (page) => call('GET /api/events/', { query: daysQuery(filters, days, page), signal }),
    PAGES_MAX,
  )

/** The next events, also for visitors without an account. */
export const programmeQuery = queryOptions({
  queryKey: keys.programme,
  queryFn: ({ signal }) => call('GET /api/programme', { signal }),
})
