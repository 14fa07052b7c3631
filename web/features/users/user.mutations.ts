import { useMutation } from '@tanstack/react-query'
import { tell } from '#web/components/feedback/toast.tsx'
import { call } from '#web/lib/api/call.ts'
import type { ManagedUser, UpdateUser, User } from '#web/lib/api/contract.ts'
import { refresh } from '#web/lib/query-client.ts'
import { keys } from '#web/lib/query-keys.ts'
import { fullName } from '#web/lib/text/names.ts'
import { givenUpInWords } from './users.rules.ts'

export function useUpdateUser(user: ManagedUser, onDone: () => void) {
  return useMutation({
    mutationFn: (body: UpdateUser) => call('PUT /api/users/{id}', { params: { id: user.id }, body }),
    onSuccess({ message, cancelled_bookings }) {
      const seats = cancelled_bookings > 0 ? ` ${givenUpInWords(cancelled_bookings, 0)}` : ''
      tell(`${fullName(user)}: ${message}.${seats}`)
      onDone()
    },
    onSettled: refreshAll,
  })
}

export type Person = Pick<User, 'id' | 'first_name' | 'last_name'>

/**
 * For admins, all of the person's upcoming bookings; for facilitators, those of their own events. Has no undo: the seats go
 * to people on the waiting lists.
 */
export function useCancelAll(person: Person, onDone: () => void) {
  return useMutation({
    mutationFn: (reason: string) =>
      call('POST /api/users/{id}/cancel-bookings', {
        params: { id: person.id },
        body: { reason: reason.trim() || null },
      }),
    onSuccess({ cancelled_bookings, left_lines }) {
      tell(`${fullName(person)}: ${givenUpInWords(cancelled_bookings, left_lines)}`)
      onDone()
    },
    onSettled: refreshAll,
  })
}

/** Seats, rosters and facilitators may have changed with the account. */
function refreshAll(): void {
  void refresh(keys.users.all, keys.roster.all, keys.waitlist.all, keys.events.all, keys.facilitators.all)
}
