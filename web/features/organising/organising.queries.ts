import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { call } from '#web/lib/api/call.ts'
import { readEventPages } from '#web/lib/queries/event-pages.ts'
import { keys } from '#web/lib/query-keys.ts'
import { toQuery } from '#web/lib/search-params.ts'
import { type OwnEvents, pageFromTheEnd, toOwnQuery } from './own-events.rules.ts'

/** The time zone of the last of a facilitator's events; null when there is none. */
export const lastZoneQuery = (facilitator_id: number) =>
  queryOptions({
    queryKey: keys.events.lastZone(facilitator_id),
    queryFn: async ({ signal }) => {
      const read = (page: number) =>
        call('GET /api/events/', {
          query: toQuery({ facilitator_id, status: 'all', page, per_page: 1 }),
          signal,
        })
      const { events, pagination } = await read(1)
      const last = pagination.pages > 1 ? await read(pagination.pages) : { events }
      return { zone: last.events[0]?.timezone ?? null }
    },
  })

const CHOICES_PER_PAGE = 100
const CHOICE_PAGES_MAX = 5
export const CHOICES_MAX = CHOICES_PER_PAGE * CHOICE_PAGES_MAX

/** The events of a facilitator that are not over, at most five hundred, which others may be part of. */
export const parentChoicesQuery = (facilitator_id: number) =>
  queryOptions({
    queryKey: keys.events.parentChoices(facilitator_id),
    queryFn: async ({ signal }) => {
      const read = (page: number) =>
        call('GET /api/events/', {
          query: toQuery({ facilitator_id, page, per_page: CHOICES_PER_PAGE }),
          signal,
        })
      return { events: await readEventPages(read, CHOICE_PAGES_MAX) }
    },
  })

/** A page of a facilitator's events: upcoming ones in order, past ones with the latest first. */
export const ownEventsQuery = (wanted: OwnEvents) =>
  queryOptions({
    queryKey: keys.events.own(wanted),
    queryFn: async ({ signal }) => {
      const read = (page: number) =>
        call('GET /api/events/', { query: toOwnQuery({ ...wanted, page }), signal })
      if (wanted.when !== 'past') return read(wanted.page)
      const first = await read(1)
      const page = pageFromTheEnd(wanted.page, first.pagination.pages)
      const { events } = page === 1 ? first : await read(page)
      return { events: events.toReversed(), pagination: { ...first.pagination, page: wanted.page } }
    },
    placeholderData: keepPreviousData,
  })
