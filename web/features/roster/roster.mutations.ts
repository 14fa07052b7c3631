import { useMutation } from '@tanstack/react-query'
import { offerUndo, tell, tellError } from '#web/components/feedback/toast.tsx'
import { call } from '#web/lib/api/call.ts'
import type { Attendance, PaymentStatus, RosterEntry } from '#web/lib/api/contract.ts'
import { refresh, showAtOnce } from '#web/lib/query-client.ts'
import { keys } from '#web/lib/query-keys.ts'
import { rosterAfter } from './roster.rules.ts'

export function refreshRoster(event_id: number): void {
  void refresh(keys.roster.event(event_id), keys.waitlist.event(event_id))
}

type Attended = { entry: RosterEntry; attendance: Attendance | null }
type Paid = { entry: RosterEntry; payment_status: PaymentStatus }

/** Optimistic: check-in must not wait for the network. */
export function useMarkAttendance(event_id: number) {
  return useMutation({
    mutationFn: ({ entry: { id }, attendance }: Attended) =>
      call('PUT /api/bookings/{id}/attendance', { params: { id }, body: { attendance } }),
    onMutate: ({ entry, attendance }) => show(event_id, { id: entry.id, attendance }),
    onError: (error, _mark, shown) => takeBack(error, shown),
    onSettled: () => refreshRoster(event_id),
  })
}

export function useMarkPayment(event_id: number) {
  return useMutation({
    mutationFn: ({ entry, payment_status }: Paid) => putPayment(entry.id, payment_status),
    onMutate: ({ entry, payment_status }) => show(event_id, { id: entry.id, payment_status }),
    onSuccess(_marked, { entry, payment_status }) {
      if (payment_status === 'refunded' || entry.payment_status === 'refunded') return
      const undo = () =>
        void putPayment(entry.id, entry.payment_status)
          .catch(tellError)
          .finally(() => refreshRoster(event_id))
      offerUndo(`${entry.user.first_name} ${payment_status === 'paid' ? 'has paid' : 'has not paid'}.`, undo)
    },
    onError: (error, _mark, shown) => takeBack(error, shown),
    onSettled: () => refreshRoster(event_id),
  })
}

/** Has no undo: the seat goes to the first person in the waiting list. */
export function useRemoveBooking(event_id: number, onRemoved: () => void) {
  return useMutation({
    mutationFn: ({ id: booking_id }: RosterEntry) =>
      call('PUT /api/events/{id}/bookings/{booking_id}/cancel', { params: { id: event_id, booking_id } }),
    onSuccess(_cancelled, { user }) {
      tell(`The booking of ${user.first_name} ${user.last_name} is cancelled.`)
      onRemoved()
    },
    onSettled() {
      refreshRoster(event_id)
      void refresh(keys.events.all)
    },
  })
}

const putPayment = (id: number, payment_status: PaymentStatus) =>
  call('PUT /api/bookings/{id}/payment', { params: { id }, body: { payment_status } })

const show = (event_id: number, mark: Partial<RosterEntry> & { id: number }) =>
  showAtOnce<{ bookings: RosterEntry[] }>(keys.roster.event(event_id), (page) => ({
    ...page,
    bookings: rosterAfter(page.bookings, mark),
  }))

function takeBack(error: unknown, shown: { undo(): void } | undefined): void {
  shown?.undo()
  tellError(error, 'It could not be saved')
}
