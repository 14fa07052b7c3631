import { useMutation } from '@tanstack/react-query'
import { useRef } from 'react'
import type { Static } from 'typebox'
import type { BookingCancelled, BookingCreated, BookingPage } from '#booking/bookings/booking.schema.ts'
import { request } from '#web/lib/api-client.ts'
import { isTransient } from '#web/lib/api-error.ts'
import { queryClient, showAtOnce } from '#web/lib/query-client.ts'
import { createAttemptKeys } from './attempt-key.ts'
import { bookingKeys } from './booking.queries.ts'

/** What is to be read again after a seat was taken or given up. */
export function refreshSeats(): void {
  for (const queryKey of [bookingKeys.all, ['events'], ['waitlist'], ['programme']])
    void queryClient.invalidateQueries({ queryKey })
}

export function useBook(event_id: number) {
  const keys = useRef(createAttemptKeys())
  return useMutation({
    mutationFn: (notes: string) =>
      request<Static<typeof BookingCreated>>('/api/bookings/', {
        method: 'POST',
        body: { event_id, notes: notes.trim() || null },
        headers: { 'idempotency-key': keys.current.keyFor(notes.trim()) },
      }),
    onSettled(_booked, error) {
      if (!error || !isTransient(error)) keys.current.settle()
      refreshSeats()
    },
  })
}

type Cancelling = { id: number }

/** The booking leaves the list at once, and comes back if it cannot be cancelled. */
export function useCancelBooking() {
  return useMutation({
    mutationFn: ({ id }: Cancelling) =>
      request<Static<typeof BookingCancelled>>(`/api/bookings/${id}/cancel`, { method: 'PUT' }),
    onMutate: ({ id }) =>
      showAtOnce<Static<typeof BookingPage>>(bookingKeys.upcoming, (page) => ({
        ...page,
        bookings: page.bookings.filter((booking) => booking.id !== id),
      })),
    onError: (_error, _booking, shown) => shown?.undo(),
    onSettled: refreshSeats,
  })
}
