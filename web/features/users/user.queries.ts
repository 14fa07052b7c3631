import { keepPreviousData, queryOptions, useMutation } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type { EventPage } from '#booking/events/event.schema.ts'
import type { User } from '#booking/users/user.schema.ts'
import { tell } from '#web/components/toast.tsx'
import { request } from '#web/lib/api-client.ts'
import { queryClient } from '#web/lib/query-client.ts'
import { type UserSearch, usersQueryOf } from './user-search.ts'
import { givenUpInWords } from './users.rules.ts'

/** An account as admins see it. */
export type ManagedUser = User & {
  is_admin: boolean
  /** Null: has never led events. */
  facilitator_id: number | null
  email_proven: boolean
  bookings_ahead: number
}
type UserPage = { users: ManagedUser[]; pagination: Static<typeof EventPage>['pagination'] }

/** What is left out stays as it is. */
export type UpdateUser = {
  is_active?: boolean
  is_admin?: boolean
  /** Closes the account of somebody who still leads events, which stay. */
  leave_events?: boolean
  /** Takes over an account whose address nobody has proven, with a new password. */
  existing?: boolean
  password?: string
}
type UserUpdated = { message: string; user: ManagedUser; cancelled_bookings: number }
type BookingsCancelled = { message: string; cancelled_bookings: number; left_lines: number }

const ALL = ['users'] as const

export const usersQuery = (search: UserSearch) =>
  queryOptions({
    queryKey: [...ALL, usersQueryOf(search)],
    queryFn: ({ signal }) => request<UserPage>(`/api/users?${usersQueryOf(search)}`, { signal }),
    placeholderData: keepPreviousData,
  })

/** How many admins there are who can log in. */
export const adminCountQuery = queryOptions({
  queryKey: [...ALL, 'admins'],
  queryFn: async ({ signal }) => {
    const { pagination } = await request<UserPage>('/api/users?role=admin&status=active&per_page=1', {
      signal,
    })
    return pagination.total
  },
})

export function useUpdateUser({ id, first_name, last_name }: ManagedUser, onDone: () => void) {
  return useMutation({
    mutationFn: (body: UpdateUser) => request<UserUpdated>(`/api/users/${id}`, { method: 'PUT', body }),
    onSuccess({ message, cancelled_bookings }) {
      const seats = cancelled_bookings > 0 ? ` ${givenUpInWords(cancelled_bookings, 0)}` : ''
      tell(`${first_name} ${last_name}: ${message}.${seats}`)
      onDone()
    },
    onSettled: refresh,
  })
}

export type Person = Pick<User, 'id' | 'first_name' | 'last_name'>

/** For admins all that somebody has ahead, for facilitators what is with them. Others get the seats, so it is for good. */
export function useCancelAll({ id, first_name, last_name }: Person, onDone: () => void) {
  return useMutation({
    mutationFn: (reason: string) =>
      request<BookingsCancelled>(`/api/users/${id}/cancel-bookings`, {
        method: 'POST',
        body: { reason: reason.trim() || null },
      }),
    onSuccess({ cancelled_bookings, left_lines }) {
      tell(`${first_name} ${last_name}: ${givenUpInWords(cancelled_bookings, left_lines)}`)
      onDone()
    },
    onSettled: refresh,
  })
}

/** Seats become free, rosters get shorter, and who leads events may be somebody else. */
function refresh(): void {
  for (const queryKey of [ALL, ['roster'], ['waitlist'], ['events'], ['facilitators'], ['programme']])
    void queryClient.invalidateQueries({ queryKey })
}
