import { useMutation } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type {
  AccountDeleted,
  ChangePassword,
  DeleteAccount,
  ProfileUpdated,
  UpdateProfile,
} from '#booking/account/account.schema.ts'
import type { LoggedIn } from '#booking/identity/login/auth.schema.ts'
import { tell } from '#web/components/toast.tsx'
import { begin } from '#web/features/auth/log-in.ts'
import { request } from '#web/lib/api-client.ts'
import { queryClient } from '#web/lib/query-client.ts'
import * as session from '#web/lib/session.ts'
import { accountQuery } from './account.queries.ts'

export function useUpdateProfile() {
  return useMutation({
    mutationFn: (body: UpdateProfile) =>
      request<Static<typeof ProfileUpdated>>('/api/auth/profile', { method: 'PUT', body }),
    onSuccess({ user }) {
      session.update(session.get()?.refresh_token ?? '', { user })
      tell('Your profile is saved.')
    },
  })
}

/** Ends every session of the account, and begins a new one here. */
export function useChangePassword() {
  return useMutation({
    mutationFn: (body: ChangePassword) =>
      request<Static<typeof LoggedIn>>('/api/auth/password', { method: 'PUT', body }),
    onSuccess(loggedIn) {
      begin(loggedIn)
      void queryClient.invalidateQueries({ queryKey: accountQuery.queryKey })
      tell('Your password is changed. Every other device is logged out.')
    },
  })
}

export function useDeleteAccount(onDeleted: () => void) {
  return useMutation({
    mutationFn: (body: DeleteAccount) =>
      request<Static<typeof AccountDeleted>>('/api/auth/account', { method: 'DELETE', body }),
    onSuccess() {
      session.clear()
      tell('Your account is deleted.')
      onDeleted()
    },
  })
}
