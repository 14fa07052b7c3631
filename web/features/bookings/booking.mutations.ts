import { useMutation } from '@tanstack/react-query'
import { useRef } from 'react'
import { offerUndo, tell, tellError } from '#web/components/feedback/toast.tsx'
import { isTransient } from '#web/lib/api/api-error.ts'
import { call } from '#web/lib/api/call.ts'
import type { Booking } from '#web/lib/api/contract.ts'
import { refreshSeats, showAtOnce } from '#web/lib/query-client.ts'
import { keys } from '#web/lib/query-keys.ts'
import { createAttemptKeys } from './attempt-key.ts'

// Messages are shown here and not by the component with the button, which may be unmounted by then.

export function useBook(event_id: number) {
  const attempts = useRef(createAttemptKeys())
  return useMutation({
    mutationFn: (notes: string) => book(event_id, notes, attempts.current.keyFor(notes.trim())),
    onSuccess: ({ booking }) => tell(`Your seat at ${booking.event.title} is booked.`),
    onSettled(_booked, error) {
      if (!error || !isTransient(error)) attempts.current.settle()
      refreshSeats()
    },
  })
}

export type Cancellable = Pick<Booking, 'id' | 'notes' | 'cancellable_until'> & {
  event: Pick<Booking['event'], 'id' | 'title'>
}

/** Optimistic: the booking leaves the list at once, and comes back if it cannot be cancelled. */
export function useCancelBooking() {
  return useMutation({
    mutationFn: ({ id }: Cancellable) => call('PUT /api/bookings/{id}/cancel', { params: { id } }),
    onMutate: ({ id }) =>
      showAtOnce<{ bookings: Booking[] }>(keys.bookings.all, (page) => ({
        ...page,
        bookings: page.bookings.filter((booking) => booking.id !== id),
      })),
    onSuccess: (_cancelled, booking) =>
      offerUndo(`Your booking of ${booking.event.title} is cancelled.`, () => void bookAgain(booking)),
    onError(error, _booking, shown) {
      shown?.undo()
      tellError(error, 'Your booking is not cancelled')
    },
    onSettled: refreshSeats,
  })
}

/** Undo works as long as nobody else has got the seat. */
async function bookAgain({ event, notes }: Cancellable): Promise<void> {
  try {
    await book(event.id, notes ?? '', createAttemptKeys().keyFor(''))
    tell('Your seat is booked again.')
  } catch (error) {
    tellError(error, 'Your seat could not be booked again')
  } finally {
    refreshSeats()
  }
}

const book = (event_id: number, notes: string, key: string) =>
  call('POST /api/bookings/', {
    body: { event_id, notes: notes.trim() || null },
    headers: { 'idempotency-key': key },
  })
