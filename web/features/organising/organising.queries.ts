import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type { EventPage } from '#booking/events/event.schema.ts'
import { eventKeys } from '#web/features/events/event.queries.ts'
import { request } from '#web/lib/api-client.ts'
import { type OwnEvents, pageFromTheEnd, toOwnQuery } from './own-events.rules.ts'

type Page = Static<typeof EventPage>

/** What somebody runs. What is to come begins with the next one, what is over with the latest. */
export const ownEventsQuery = (wanted: OwnEvents, today: Date) =>
  queryOptions({
    queryKey: [...eventKeys.all, 'own', wanted, today.toISOString()],
    queryFn: async ({ signal }) => {
      const read = (page: number) =>
        request<Page>(`/api/events/?${toOwnQuery({ ...wanted, page }, today)}`, { signal })
      if (wanted.when !== 'past') return read(wanted.page)
      const first = await read(1)
      const page = pageFromTheEnd(wanted.page, first.pagination.pages)
      const { events } = page === 1 ? first : await read(page)
      return { events: events.toReversed(), pagination: { ...first.pagination, page: wanted.page } }
    },
    placeholderData: keepPreviousData,
  })
