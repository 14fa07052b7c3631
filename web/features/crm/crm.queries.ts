import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { call } from '#web/lib/api/call.ts'
import type { CrmStatus, RosterEntry } from '#web/lib/api/contract.ts'
import { keys } from '#web/lib/query-keys.ts'
import { toQuery } from '#web/lib/search-params.ts'
import type { Board, Column } from './board.rules.ts'

/** Cards of one column; older ones are found by searching. */
const CARDS_MAX = 50

/** All five columns, without cancelled bookings. */
export const boardQuery = (facilitator_id: number, search: string | undefined) =>
  queryOptions({
    queryKey: keys.crm.search(facilitator_id, search ?? ''),
    async queryFn({ signal }): Promise<Board> {
      const column = (stage: CrmStatus) => readColumn({ facilitator_id, stage, search, signal })
      const [fresh, reviewed, contacted, confirmed, completed] = await Promise.all([
        column('new'),
        column('reviewed'),
        column('contacted'),
        column('confirmed'),
        column('completed'),
      ])
      return { new: fresh, reviewed, contacted, confirmed, completed }
    },
    placeholderData: keepPreviousData,
  })

type Wanted = { facilitator_id: number; stage: CrmStatus; search: string | undefined; signal: AbortSignal }

async function readColumn({ facilitator_id, stage, search, signal }: Wanted): Promise<Column> {
  const { bookings, pagination } = await call('GET /api/facilitators/{id}/crm/bookings', {
    params: { id: facilitator_id },
    query: toQuery({ crm_status: stage, status: 'received', per_page: CARDS_MAX, search }),
    signal,
  })
  return { cards: bookings, total: pagination.total }
}

export const contactQuery = (facilitator_id: number, booking_id: number) =>
  queryOptions({
    queryKey: keys.crm.contact(facilitator_id, booking_id),
    queryFn: ({ signal }) =>
      call('GET /api/facilitators/{id}/crm/bookings/{booking_id}', {
        params: { id: facilitator_id, booking_id },
        signal,
      }),
  })

/** The latest hundred entries. */
export const historyQuery = (facilitator_id: number, booking_id: number) =>
  queryOptions({
    queryKey: keys.crm.history(facilitator_id, booking_id),
    queryFn: ({ signal }) =>
      call('GET /api/facilitators/{id}/crm/bookings/{booking_id}/history', {
        params: { id: facilitator_id, booking_id },
        query: 'per_page=100',
        signal,
      }),
  })

const ROSTER_PAGE = 100

/** The booking as the roster has it, with note, payment and attendance; null if it is not there. */
export const contactEntryQuery = (facilitator_id: number, event_id: number, booking_id: number) =>
  queryOptions({
    queryKey: keys.crm.entry(facilitator_id, booking_id),
    async queryFn({ signal }): Promise<RosterEntry | null> {
      for (let page = 1; ; page++) {
        const { bookings, pagination } = await call('GET /api/events/{id}/bookings', {
          params: { id: event_id },
          query: toQuery({ per_page: ROSTER_PAGE, page }),
          signal,
        })
        const entry = bookings.find(({ id }) => id === booking_id)
        if (entry || !pagination.has_next) return entry ?? null
      }
    },
  })
