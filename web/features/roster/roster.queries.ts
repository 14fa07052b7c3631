import { keepPreviousData, queryOptions, useMutation } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type { Attendance, PaymentStatus } from '#booking/bookings/booking.schema.ts'
import type { BookingMarked, RosterEntry, RosterPage } from '#booking/roster/roster.schema.ts'
import type { WaitlistOfEvent } from '#booking/waitlist/waitlist.schema.ts'
import { offerUndo, tell, tellError } from '#web/components/toast.tsx'
import { eventKeys } from '#web/features/events/event.queries.ts'
import { request } from '#web/lib/api-client.ts'
import { queryClient, showAtOnce } from '#web/lib/query-client.ts'
import { rosterAfter } from './roster.rules.ts'

type Page = Static<typeof RosterPage>

const ALL = ['roster'] as const
/** A page of the API at its largest. */
const PER_PAGE = 100

export const rosterQuery = (event_id: number, page: number) =>
  queryOptions({
    queryKey: [...ALL, event_id, page],
    queryFn: ({ signal }) =>
      request<Page>(`/api/events/${event_id}/bookings?per_page=${PER_PAGE}&page=${page}`, { signal }),
    placeholderData: keepPreviousData,
  })

/** Who waits, in order; the first hundred. */
export const lineQuery = (event_id: number) =>
  queryOptions({
    queryKey: ['waitlist', event_id, 'line'],
    queryFn: ({ signal }) =>
      request<Static<typeof WaitlistOfEvent>>(`/api/events/${event_id}/waitlist?per_page=${PER_PAGE}`, {
        signal,
      }),
  })

export function refreshRoster(event_id: number): void {
  for (const queryKey of [
    [...ALL, event_id],
    ['waitlist', event_id],
  ])
    void queryClient.invalidateQueries({ queryKey })
}

type Attended = { entry: RosterEntry; attendance: Attendance | null }
type Paid = { entry: RosterEntry; payment_status: PaymentStatus }

/** Shown at once: at the door there is no time to wait. */
export function useMarkAttendance(event_id: number) {
  return useMutation({
    mutationFn: ({ entry, attendance }: Attended) => put(entry.id, 'attendance', { attendance }),
    onMutate: ({ entry, attendance }) => show(event_id, { id: entry.id, attendance }),
    onError: (error, _mark, shown) => takeBack(error, shown),
    onSettled: () => refreshRoster(event_id),
  })
}

export function useMarkPayment(event_id: number) {
  return useMutation({
    mutationFn: ({ entry, payment_status }: Paid) => put(entry.id, 'payment', { payment_status }),
    onMutate: ({ entry, payment_status }) => show(event_id, { id: entry.id, payment_status }),
    onSuccess(_marked, { entry, payment_status }) {
      if (payment_status === 'refunded' || entry.payment_status === 'refunded') return
      const undo = () =>
        void put(entry.id, 'payment', { payment_status: entry.payment_status })
          .catch(tellError)
          .finally(() => refreshRoster(event_id))
      offerUndo(`${entry.user.first_name} ${payment_status === 'paid' ? 'has paid' : 'has not paid'}.`, undo)
    },
    onError: (error, _mark, shown) => takeBack(error, shown),
    onSettled: () => refreshRoster(event_id),
  })
}

/** The seat goes to whoever is first in line, so it cannot be taken back. */
export function useRemoveBooking(event_id: number, onRemoved: () => void) {
  return useMutation({
    mutationFn: ({ id }: RosterEntry) =>
      request(`/api/events/${event_id}/bookings/${id}/cancel`, { method: 'PUT' }),
    onSuccess(_cancelled, { user }) {
      tell(`The booking of ${user.first_name} ${user.last_name} is cancelled.`)
      onRemoved()
    },
    onSettled() {
      refreshRoster(event_id)
      void queryClient.invalidateQueries({ queryKey: eventKeys.all })
    },
  })
}

const put = (id: number, what: 'attendance' | 'payment', body: object) =>
  request<Static<typeof BookingMarked>>(`/api/bookings/${id}/${what}`, { method: 'PUT', body })

const show = (event_id: number, mark: Partial<RosterEntry> & { id: number }) =>
  showAtOnce<Page>([...ALL, event_id], (page) => ({
    ...page,
    bookings: rosterAfter(page.bookings, mark),
  }))

function takeBack(error: unknown, shown: { undo(): void } | undefined): void {
  shown?.undo()
  tellError(error, 'It was not noted')
}
