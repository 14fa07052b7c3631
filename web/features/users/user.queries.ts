import { keepPreviousData, queryOptions, useMutation } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type {
  BookingsCancelled,
  ManagedUser,
  UpdateUser,
  UserPage,
  UserUpdated,
} from '#booking/admin/admin.schema.ts'
import type { User } from '#booking/identity/users/user.schema.ts'
import { tell } from '#web/components/toast.tsx'
import { request } from '#web/lib/api-client.ts'
import { queryClient } from '#web/lib/query-client.ts'
import { type UserSearch, usersQueryOf } from './user-search.ts'
import { givenUpInWords } from './users.rules.ts'

const ALL = ['users'] as const

export const usersQuery = (search: UserSearch) =>
  queryOptions({
    queryKey: [...ALL, usersQueryOf(search)],
    queryFn: ({ signal }) =>
      request<Static<typeof UserPage>>(`/api/users?${usersQueryOf(search)}`, { signal }),
    placeholderData: keepPreviousData,
  })

/** How many admins there are who can log in. */
export const adminCountQuery = queryOptions({
  queryKey: [...ALL, 'admins'],
  queryFn: async ({ signal }) => {
    const { pagination } = await request<Static<typeof UserPage>>(
      '/api/users?role=admin&status=active&per_page=1',
      {
        signal,
      },
    )
    return pagination.total
  },
})

export function useUpdateUser({ id, first_name, last_name }: ManagedUser, onDone: () => void) {
  return useMutation({
    mutationFn: (body: UpdateUser) =>
      request<Static<typeof UserUpdated>>(`/api/users/${id}`, { method: 'PUT', body }),
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
      request<Static<typeof BookingsCancelled>>(`/api/users/${id}/cancel-bookings`, {
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
