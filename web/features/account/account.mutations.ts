import { useMutation } from '@tanstack/react-query'
import { tell } from '#web/components/feedback/toast.tsx'
import { call } from '#web/lib/api/call.ts'
import type { UpdateProfile } from '#web/lib/api/contract.ts'
import * as session from '#web/lib/api/session.ts'
import { forgetDrafts } from '#web/lib/forms/drafts.ts'
import { refresh } from '#web/lib/query-client.ts'
import { keys } from '#web/lib/query-keys.ts'

export function useUpdateProfile() {
  return useMutation({
    mutationFn: (body: UpdateProfile) => call('PUT /api/auth/profile', { body }),
    onSuccess({ user }) {
      session.update(session.get()?.refresh_token ?? '', { user })
      tell('Your profile is saved.')
    },
  })
}

type NewPassword = { new_password: string; current_password?: string; google_token?: string }

/** Ends every session of the account, and starts a new one here. */
export function useChangePassword() {
  return useMutation({
    mutationFn: (body: NewPassword) => call('PUT /api/auth/password', { body }),
    onSuccess(loggedIn) {
      session.set(loggedIn)
      void refresh(keys.account.own)
      tell('Your password is changed. Every other device is logged out.')
    },
  })
}

type Confirmation = { password: string } | { confirm: string }

export function useDeleteAccount(onDeleted: () => void) {
  return useMutation({
    mutationFn: (body: Confirmation) => call('DELETE /api/auth/account', { body }),
    onSuccess() {
      session.clear()
      forgetDrafts()
      tell('Your account is deleted.')
      onDeleted()
    },
  })
}
