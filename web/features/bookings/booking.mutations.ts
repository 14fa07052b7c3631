import { useMutation } from '@tanstack/react-query'
import { offerUndo, tell, tellUnmade } from '#web/components/feedback/toast.tsx'
import { unlessCancelled } from '#web/lib/api/api-error.ts'
import { call } from '#web/lib/api/call.ts'
import type { Booking } from '#web/lib/api/contract.ts'
import { attempt, hasOpenAttempt } from '#web/lib/forms/attempt-key.ts'
import { eventQuery } from '#web/lib/queries/event.queries.ts'
import { useOptimisticMutation, withOutcome } from '#web/lib/queries/optimistic.mutations.ts'
import { waitlistQuery } from '#web/lib/queries/waitlist.queries.ts'
import { queryClient, readSeats, refresh, refreshSeats } from '#web/lib/query-client.ts'
import { keys } from '#web/lib/query-keys.ts'
import { isSameAgain } from './undo.rules.ts'

// Messages are shown here and not by the component with the button, which may be unmounted by then.

export function useBook(event_id: number) {
  return useMutation({
    mutationFn: (notes: string) => takeSeat(event_id, notes),
    onSettled: refreshSeats,
  })
}

/**
 * Books a seat. An attempt that got no answer is repeated under its key, also after a reload. Throws `ApiError`; the seats that are
 * shown have to be read again then too.
 */
export const takeSeat = (event_id: number, notes: string) => {
  const body = { event_id, notes: notes.trim() || null }
  return attempt(attemptOf(event_id), body, (headers) => call('POST /api/bookings/', { body, headers }))
}

/** Whether a booking was asked for in this tab and never answered. */
export const isUnanswered = (event_id: number): boolean => hasOpenAttempt(attemptOf(event_id))

const attemptOf = (event_id: number) => `booking.${event_id}`

export function useEditNote() {
  return useMutation({
    mutationFn: ({ id, notes }: { id: number; notes: string }) =>
      call('PUT /api/bookings/{id}', { params: { id }, body: { notes: notes.trim() || null } }),
    onSuccess: () => tell('Your note is saved.'),
    onSettled: () => refresh(keys.bookings.all),
  })
}

export type Cancellable = Pick<Booking, 'id' | 'notes' | 'cancellable_until' | 'payment_status' | 'price'> & {
  event: Pick<Booking['event'], 'id' | 'title'>
}

/** Optimistic: the booking leaves the list at once, and comes back if it cannot be cancelled. */
export const useCancelBooking = () =>
  useOptimisticMutation({
    shownIn: keys.bookings.all,
    change: (page: { bookings: Booking[] }, { id }: Cancellable) => ({
      ...page,
      bookings: page.bookings.filter((booking) => booking.id !== id),
    }),
    async mutationFn(booking: Cancellable) {
      const canBeUndone =
        isSameAgain(booking, knownEvent(booking.event.id)) && isAwaitedByNobody(booking.event.id)
      await call('PUT /api/bookings/{id}/cancel', { params: { id: booking.id } }).catch(unlessCancelled)
      return { canBeUndone }
    },
    onSuccess({ canBeUndone }, booking) {
      const message = `Your booking of ${booking.event.title} is cancelled.`
      if (canBeUndone) offerUndo(message, () => void bookAgain(booking))
      else tell(message)
    },
    onError: (error, { event: { title } }) =>
      tellUnmade(
        error,
        `Your booking of ${title} is not cancelled`,
        `Perhaps not cancelled: your booking of ${title}`,
      ),
    readAgain: readSeats,
  })

const knownEvent = (id: number) => queryClient.getQueryData(eventQuery(id).queryKey)?.event

/** Whether the seat stays free, as the question before the cancellation has read it: not when it could not be read. */
function isAwaitedByNobody(event_id: number): boolean {
  const known = queryClient.getQueryState(waitlistQuery(event_id).queryKey)
  return known?.status === 'success' && known.data?.waiting === 0
}

/** Undo works as long as nobody else has got the seat. */
async function bookAgain({ event, notes }: Cancellable): Promise<void> {
  try {
    await takeSeat(event.id, notes ?? '')
    tell('Your seat is booked again.')
    refreshSeats()
  } catch (error) {
    const outcome = await withOutcome(error, readSeats)
    tellUnmade(
      outcome,
      `Your seat at ${event.title} could not be booked again`,
      `Perhaps not booked again: your seat at ${event.title}`,
    )
    if (outcome === error) refreshSeats()
  }
}
