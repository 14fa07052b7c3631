import { useMutation } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type {
  CreateEvent,
  EditEvent,
  EventCancelled,
  EventCreated,
  EventUpdated,
  Scope,
} from '#booking/organising/event-organising.schema.ts'
import { tell } from '#web/components/toast.tsx'
import { eventKeys } from '#web/features/events/event.queries.ts'
import { request } from '#web/lib/api-client.ts'
import { count } from '#web/lib/format.ts'
import { queryClient } from '#web/lib/query-client.ts'

// What is said afterwards is said here and not where the form was: it is gone by then.

function refreshEvents(): void {
  for (const queryKey of [eventKeys.all, ['programme'], ['dashboard'], ['roster'], ['waitlist']])
    void queryClient.invalidateQueries({ queryKey })
}

export function useCreateEvent() {
  return useMutation({
    mutationFn: (body: CreateEvent) =>
      request<Static<typeof EventCreated>>('/api/events/', { method: 'POST', body }),
    onSuccess(created) {
      if ('events' in created) tell(`${count(created.events.length, 'event')} can be booked now.`)
      else tell(`${created.event.title} can be booked now.`)
    },
    onSettled: refreshEvents,
  })
}

type Edit = { id: number; scope: Scope; body: EditEvent }

export function useEditEvent() {
  return useMutation({
    mutationFn: ({ id, scope, body }: Edit) =>
      request<Static<typeof EventUpdated>>(`/api/events/${id}?scope=${scope}`, { method: 'PUT', body }),
    onSuccess(updated) {
      const changed = 'events' in updated ? count(updated.events.length, 'event') : updated.event.title
      const clashes = updated.clashes
        ? ` ${count(updated.clashes, 'booking')} now overlap another one of the same person: they are marked in the roster.`
        : ''
      tell(`${changed} saved.${clashes}`)
    },
    onSettled: refreshEvents,
  })
}

type Cancel = { id: number; scope: Scope; reason: string }

export function useCancelEvent(onCancelled: () => void) {
  return useMutation({
    mutationFn: ({ id, scope, reason }: Cancel) =>
      request<Static<typeof EventCancelled>>(`/api/events/${id}/cancel?scope=${scope}`, {
        method: 'PUT',
        body: { reason: reason.trim() || null },
      }),
    onSuccess(cancelled) {
      const what =
        'events' in cancelled ? count(cancelled.events.length, 'event') : `“${cancelled.event.title}”`
      tell(`${what} cancelled, with ${count(cancelled.cancelled_bookings, 'booking')}.`)
      onCancelled()
    },
    onSettled: refreshEvents,
  })
}
