import { useMutation } from '@tanstack/react-query'
import { useRef } from 'react'
import type { Static } from 'typebox'
import type {
  Booking,
  BookingCancelled,
  BookingCreated,
  BookingPage,
} from '#booking/bookings/booking.schema.ts'
import { offerUndo, tell, tellError } from '#web/components/toast.tsx'
import { request } from '#web/lib/api-client.ts'
import { isTransient } from '#web/lib/api-error.ts'
import { queryClient, showAtOnce } from '#web/lib/query-client.ts'
import { createAttemptKeys } from './attempt-key.ts'
import { bookingKeys } from './booking.queries.ts'

// What is said afterwards is said here and not where the button was: that part of the page may be gone by then.

/** What is to be read again after a seat was taken or given up. */
export function refreshSeats(): void {
  for (const queryKey of [bookingKeys.all, ['events'], ['waitlist'], ['programme']])
    void queryClient.invalidateQueries({ queryKey })
}

export function useBook(event_id: number) {
  const keys = useRef(createAttemptKeys())
  return useMutation({
    mutationFn: (notes: string) => book(event_id, notes, keys.current.keyFor(notes.trim())),
    onSuccess: ({ booking }) => tell(`Your seat at ${booking.event.title} is kept.`),
    onSettled(_booked, error) {
      if (!error || !isTransient(error)) keys.current.settle()
      refreshSeats()
    },
  })
}

export type Cancellable = Pick<Booking, 'id' | 'notes'> & { event: Pick<Booking['event'], 'id' | 'title'> }

/** The booking leaves the list at once, and comes back if it cannot be cancelled. */
export function useCancelBooking() {
  return useMutation({
    mutationFn: ({ id }: Cancellable) =>
      request<Static<typeof BookingCancelled>>(`/api/bookings/${id}/cancel`, { method: 'PUT' }),
    onMutate: ({ id }) =>
      showAtOnce<Static<typeof BookingPage>>(bookingKeys.upcoming, (page) => ({
        ...page,
        bookings: page.bookings.filter((booking) => booking.id !== id),
      })),
    onSuccess: (_cancelled, booking) =>
      offerUndo(`${booking.event.title} is cancelled.`, () => void takeBack(booking)),
    onError(error, _booking, shown) {
      shown?.undo()
      tellError(error, 'It is not cancelled')
    },
    onSettled: refreshSeats,
  })
}

/** As long as nobody else has got the seat. */
async function takeBack({ event, notes }: Cancellable): Promise<void> {
  try {
    await book(event.id, notes ?? '', createAttemptKeys().keyFor(''))
    tell('Your seat is yours again.')
  } catch (error) {
    tellError(error, 'Your seat could not be kept')
  } finally {
    refreshSeats()
  }
}

const book = (event_id: number, notes: string, key: string) =>
  request<Static<typeof BookingCreated>>('/api/bookings/', {
    method: 'POST',
    body: { event_id, notes: notes.trim() || null },
    headers: { 'idempotency-key': key },
  })
