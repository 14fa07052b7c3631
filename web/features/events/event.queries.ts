import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type { Event, EventPage, OneEvent } from '#booking/events/event.schema.ts'
import type { Programme } from '#booking/events/programme/programme.schema.ts'
import { request } from '#web/lib/api-client.ts'
import { daysQuery, type EventSearch, pageQuery } from './event-search.ts'

type Page = Static<typeof EventPage>

/** Everything below `events` holds events, so that what is heard of one can be written into all. */
export const eventKeys = { all: ['events'] as const }

export const eventPageQuery = (search: EventSearch) =>
  queryOptions({
    queryKey: [...eventKeys.all, 'page', pageQuery(search)],
    queryFn: ({ signal }) => request<Page>(`/api/events/?${pageQuery(search)}`, { signal }),
    placeholderData: keepPreviousData,
  })

const PAGES_MAX = 5

/** All events of some weeks. A calendar of more than five hundred would not be looked at but searched. */
export const eventDaysQuery = (filters: EventSearch, days: { first: string; last: string }) =>
  queryOptions({
    queryKey: [...eventKeys.all, 'days', daysQuery(filters, days, 1)],
    queryFn: async ({ signal }) => {
      const events: Event[] = []
      for (let page = 1; page <= PAGES_MAX; page++) {
        const read = await request<Page>(`/api/events/?${daysQuery(filters, days, page)}`, { signal })
        events.push(...read.events)
        if (!read.pagination.has_next) break
      }
      return { events }
    },
    placeholderData: keepPreviousData,
  })

export const eventQuery = (id: number) =>
  queryOptions({
    queryKey: [...eventKeys.all, 'one', id],
    queryFn: ({ signal }) => request<Static<typeof OneEvent>>(`/api/events/${id}`, { signal }),
  })

/** What is on next, also for those who have no account. */
export const programmeQuery = queryOptions({
  queryKey: ['programme'],
  queryFn: ({ signal }) => request<Static<typeof Programme>>('/api/programme', { signal }),
})
