import { useMutation } from '@tanstack/react-query'
import { tell, tellError, tellUnmade } from '#web/components/feedback/toast.tsx'
import { hasCode } from '#web/lib/api/api-error.ts'
import { call } from '#web/lib/api/call.ts'
import type { ChangePreferences, Operations, UpdateProfile } from '#web/lib/api/contract.ts'
import * as session from '#web/lib/api/session.ts'
import { forgetDrafts } from '#web/lib/forms/drafts.ts'
import { useOptimisticMutation } from '#web/lib/queries/optimistic.mutations.ts'
import { refresh } from '#web/lib/query-client.ts'
import { keys } from '#web/lib/query-keys.ts'

export function useUpdateProfile() {
  return useMutation({
    mutationFn: (body: UpdateProfile) => call('PUT /api/auth/profile', { body }),
    onSuccess({ user }) {
      session.update(session.get()?.refresh_token ?? '', { user })
      // Another address is not confirmed yet.
      void refresh(keys.account.own)
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

/** `token` is from the link that was mailed. A link that is used twice has done its work. */
export function useVerifyEmail() {
  return useMutation({
    mutationFn: (token: string) =>
      call('POST /api/auth/verify-email', { body: { token } }).catch((error: unknown) => {
        if (!hasCode(error, 'email_verified')) throw error
      }),
    onSuccess: () => refresh(keys.account.own),
  })
}

export function useMailLinkAgain() {
  return useMutation({
    mutationFn: () => call('POST /api/auth/verify-email/resend'),
    onSuccess: () => tell('A link is on its way to your e-mail address.'),
    onError: (error) => tellError(error),
  })
}

type Account = Operations['GET /api/auth/account']['answer']

export const useChangePreferences = () =>
  useOptimisticMutation({
    shownIn: keys.account.own,
    change: (known: Account, chosen: ChangePreferences) => ({
      ...known,
      preferences: { ...known.preferences, ...chosen },
    }),
    mutationFn: (body: ChangePreferences) => call('PUT /api/auth/preferences', { body }),
    onError: (error) =>
      tellUnmade(error, 'Not saved: which mails you get', 'Perhaps not saved: which mails you get'),
    readAgain: () => refresh(keys.account.own),
  })

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
