import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { offer, tell } from '#web/components/feedback/toast.tsx'
import { call } from '#web/lib/api/call.ts'
import type { CreateEvent, EditEvent, Scope } from '#web/lib/api/contract.ts'
import { count } from '#web/lib/format.ts'
import { attempt } from '#web/lib/forms/attempt-key.ts'
import { refresh } from '#web/lib/query-client.ts'
import { keys } from '#web/lib/query-keys.ts'
import { paths } from '#web/paths.ts'

// Messages are shown here and not by the form, which is closed by then.

function refreshEvents(): void {
  void refresh(keys.events.all, keys.dashboard.all, keys.roster.all, keys.waitlist.all)
}

export function useCreateEvent() {
  const navigate = useNavigate()
  const see = (id: number) => () => void navigate({ to: paths.manageEvent, params: { id: String(id) } })
  return useMutation({
    mutationFn: (body: CreateEvent) =>
      attempt('event', body, (headers) => call('POST /api/events/', { body, headers })),
    onSuccess(created) {
      const [first] = 'events' in created ? created.events : [created.event]
      const what = 'events' in created ? count(created.events.length, 'event') : `“${created.event.title}”`
      const label = 'events' in created ? 'See the first' : 'See it'
      if (first) offer(`${what} can be booked now.`, label, see(first.id))
    },
    onSettled: refreshEvents,
  })
}

type Edit = { id: number; scope: Scope; body: EditEvent }

export function useEditEvent() {
  return useMutation({
    mutationFn: ({ id, scope, body }: Edit) =>
      call('PUT /api/events/{id}', { params: { id }, query: `scope=${scope}`, body }),
    onSuccess(updated) {
      const changed =
        'events' in updated
          ? count(updated.events.length, 'event is', 'events are')
          : `“${updated.event.title}” is`
      const clashes = updated.clashes
        ? ` ${count(updated.clashes, 'booking now overlaps', 'bookings now overlap')} another one of the same person: look for the mark in the roster.`
        : ''
      tell(`${changed} saved.${clashes}`)
    },
    onSettled: refreshEvents,
  })
}

type Cancel = { id: number; scope: Scope; reason: string; withParts: boolean }

export function useCancelEvent(onCancelled: () => void) {
  return useMutation({
    mutationFn: ({ id, scope, reason, withParts }: Cancel) =>
      call('PUT /api/events/{id}/cancel', {
        params: { id },
        query: `scope=${scope}`,
        body: { reason: reason.trim() || null, with_parts: withParts },
      }),
    onSuccess(cancelled) {
      const what =
        'events' in cancelled
          ? count(cancelled.events.length, 'event is', 'events are')
          : `“${cancelled.event.title}” is`
      const them = 'events' in cancelled && cancelled.events.length !== 1 ? 'them' : 'it'
      const losses = [
        cancelled.cancelled_parts && count(cancelled.cancelled_parts, 'session'),
        cancelled.cancelled_bookings && count(cancelled.cancelled_bookings, 'booking'),
      ].filter(Boolean)
      tell(`${what} cancelled${losses.length > 0 ? `, and ${losses.join(' and ')} with ${them}` : ''}.`)
      onCancelled()
    },
    onSettled: refreshEvents,
  })
}
