import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type { FacilitatorBookings } from '#shared/contracts/crm-facilitator.schema.ts'
import type { OneNotification } from '#shared/contracts/crm-notification.schema.ts'
import type { History } from '#shared/contracts/crm-status-change.schema.ts'
import { request } from '#web/lib/api-client.ts'
import { type Board, STAGES } from './board.rules.ts'

export const crmKeys = {
  board: (facilitator_id: number) => ['crm', facilitator_id, 'board'] as const,
  contact: (facilitator_id: number, booking_id: number) =>
    ['crm', facilitator_id, 'contact', booking_id] as const,
}

/** So many cards a column holds; who looks for more searches. */
const CARDS_MAX = 50

/** All five columns, of bookings that are not cancelled. */
export const boardQuery = (facilitator_id: number, search: string | undefined) =>
  queryOptions({
    queryKey: [...crmKeys.board(facilitator_id), search ?? ''],
    queryFn: async ({ signal }): Promise<Board> => {
      const columns = await Promise.all(
        STAGES.map(async ({ stage }) => {
          const query = new URLSearchParams({
            crm_status: stage,
            status: 'received',
            per_page: String(CARDS_MAX),
            ...(search && { search }),
          })
          const path = `/api/facilitators/${facilitator_id}/crm/bookings?${query}`
          const { bookings, pagination } = await request<Static<typeof FacilitatorBookings>>(path, { signal })
          return [stage, { cards: bookings, total: pagination.total }] as const
        }),
      )
      return Object.fromEntries(columns) as Board
    },
    placeholderData: keepPreviousData,
  })

export const contactQuery = (facilitator_id: number, booking_id: number) =>
  queryOptions({
    queryKey: crmKeys.contact(facilitator_id, booking_id),
    queryFn: ({ signal }) =>
      request<Static<typeof OneNotification>>(
        `/api/facilitators/${facilitator_id}/crm/bookings/${booking_id}`,
        { signal },
      ),
  })

/** The newest hundred steps. */
export const historyQuery = (facilitator_id: number, booking_id: number) =>
  queryOptions({
    queryKey: [...crmKeys.contact(facilitator_id, booking_id), 'history'],
    queryFn: ({ signal }) =>
      request<Static<typeof History>>(
        `/api/facilitators/${facilitator_id}/crm/bookings/${booking_id}/history?per_page=100`,
        { signal },
      ),
  })
