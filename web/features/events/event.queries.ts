import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { call } from '#web/lib/api/call.ts'
import type { Event } from '#web/lib/api/contract.ts'
import { keys } from '#web/lib/query-keys.ts'
import { daysQuery, type EventSearch, pageQuery } from './search/event-search.ts'

export const eventPageQuery = (search: EventSearch) =>
  queryOptions({
    queryKey: keys.events.page(pageQuery(search)),
    queryFn: ({ signal }) => call('GET /api/events/', { query: pageQuery(search), signal }),
    placeholderData: keepPreviousData,
  })

const PAGES_MAX = 5

/** All events of some weeks, at most five hundred. */
export const eventDaysQuery = (filters: EventSearch, days: { first: string; last: string }) =>
  queryOptions({
    queryKey: keys.events.days(daysQuery(filters, days, 1)),
    queryFn: async ({ signal }) => {
      const events: Event[] = []
      for (let page = 1; page <= PAGES_MAX; page++) {
        const read = await call('GET /api/events/', { query: daysQuery(filters, days, page), signal })
        events.push(...read.events)
        if (!read.pagination.has_next) break
      }
      return { events }
    },
    placeholderData: keepPreviousData,
  })

/** The next events, also for visitors without an account. */
export const programmeQuery = queryOptions({
  queryKey: keys.programme,
  queryFn: ({ signal }) => call('GET /api/programme', { signal }),
})
