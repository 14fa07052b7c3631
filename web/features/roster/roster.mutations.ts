import { useMutation, useMutationState } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { offerUndo, tell, tellUnmade } from '#web/components/feedback/toast.tsx'
import { unlessCancelled } from '#web/lib/api/api-error.ts'
import { call } from '#web/lib/api/call.ts'
import type { Attendance, PaymentStatus, RosterEntry } from '#web/lib/api/contract.ts'
import { useOptimisticMutation } from '#web/lib/queries/optimistic.mutations.ts'
import { refresh } from '#web/lib/query-client.ts'
import { keys } from '#web/lib/query-keys.ts'
import { fullName } from '#web/lib/text/names.ts'
import { attendanceMarkInWords, paymentMarkInWords, rosterAfter } from './roster.rules.ts'

const readRoster = (event_id: number) =>
  refresh(keys.roster.event(event_id), keys.waitlist.event(event_id), keys.messages.audience(event_id))

export const refreshRoster = (event_id: number): void => void readRoster(event_id)

type Page = { bookings: RosterEntry[] }
type Attended = { entry: RosterEntry; attendance: Attendance | null }
type Paid = { entry: RosterEntry; payment_status: PaymentStatus; isUndo?: true }

/**
 * Optimistic: check-in must not wait for the network. Without a connection marks are queued, which nothing else in the app
 * is, and sent in their order once there is one.
 */
export const useMarkAttendance = (event_id: number) =>
  useOptimisticMutation({
    shownIn: keys.roster.event(event_id),
    change: (page: Page, { entry: { id }, attendance }: Attended) => withMark(page, { id, attendance }),
    mutationKey: keys.roster.mark,
    networkMode: 'online',
    scope: { id: `attendance-${event_id}` },
    mutationFn: ({ entry: { id }, attendance }: Attended) =>
      call('PUT /api/bookings/{id}/attendance', { params: { id }, body: { attendance } }),
    onError: (error, { entry, attendance }) => tellUnsaved(error, attendanceMarkInWords(entry, attendance)),
    readAgain: () => readRoster(event_id),
  })

/** A mark that is answered sooner is not worth a word. */
const UNSENT_MS = 1_000

/** The bookings with a mark that has waited for its answer for a while. */
export function useUnsentMarks(): Set<number> {
  const waiting = useMutationState({
    filters: { mutationKey: keys.roster.mark, status: 'pending' },
    // The state of any mutation has variables of any type; those under this key are of these two.
    select: ({ state }) => ({
      id: (state.variables as Attended | Paid).entry.id,
      fromMs: state.submittedAt + UNSENT_MS,
    }),
  })
  const [, lookAgain] = useState(0)
  const nowMs = Date.now()
  const nextMs = Math.min(...waiting.map(({ fromMs }) => fromMs).filter((fromMs) => fromMs > nowMs))
  useEffect(() => {
    if (nextMs === Number.POSITIVE_INFINITY) return
    const timer = setTimeout(() => lookAgain(nextMs), nextMs - Date.now())
    return () => clearTimeout(timer)
  }, [nextMs])
  return new Set(waiting.filter(({ fromMs }) => fromMs <= nowMs).map(({ id }) => id))
}

export function useMarkPayment(event_id: number) {
  const { mutate } = useOptimisticMutation({
    shownIn: keys.roster.event(event_id),
    change: (page: Page, { entry: { id }, payment_status }: Paid) => withMark(page, { id, payment_status }),
    mutationKey: keys.roster.mark,
    mutationFn: ({ entry: { id }, payment_status }: Paid) =>
      call('PUT /api/bookings/{id}/payment', { params: { id }, body: { payment_status } }),
    onSuccess(_marked, { entry, payment_status, isUndo }) {
      const before = entry.payment_status
      if (isUndo || payment_status === 'refunded' || before === 'refunded') return
      const undo = () => mutate({ entry: { ...entry, payment_status }, payment_status: before, isUndo: true })
      offerUndo(`${paymentMarkInWords(entry, payment_status)}.`, undo)
    },
    onError: (error, { entry, payment_status }) =>
      tellUnsaved(error, paymentMarkInWords(entry, payment_status)),
    readAgain: () => readRoster(event_id),
  })
  return { mutate }
}

/** Has no undo: the seat goes to the first person in the waiting list. */
export function useRemoveBooking(event_id: number, onRemoved: () => void) {
  return useMutation({
    mutationFn: ({ id: booking_id }: RosterEntry) =>
      call('PUT /api/events/{id}/bookings/{booking_id}/cancel', {
        params: { id: event_id, booking_id },
      }).catch(unlessCancelled),
    onSuccess(_cancelled, { user }) {
      tell(`The booking of ${fullName(user)} is cancelled.`)
      onRemoved()
    },
    onSettled() {
      refreshRoster(event_id)
      void refresh(keys.events.all)
    },
  })
}

const withMark = (page: Page, mark: Partial<RosterEntry> & { id: number }): Page => ({
  ...page,
  bookings: rosterAfter(page.bookings, mark),
})

const tellUnsaved = (error: Error, what: string) =>
  tellUnmade(error, `Not saved: ${what}`, `Perhaps not saved: ${what}`)
