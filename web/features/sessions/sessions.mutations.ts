import { useMutation } from '@tanstack/react-query'
import { tell, tellError } from '#web/components/feedback/toast.tsx'
import { call } from '#web/lib/api/call.ts'
import type { OwnSession } from '#web/lib/api/contract.ts'
import * as session from '#web/lib/api/session.ts'
import { forgetDrafts } from '#web/lib/forms/drafts.ts'
import { refresh } from '#web/lib/query-client.ts'
import { keys } from '#web/lib/query-keys.ts'

/** Ends the session of another device. This device uses `logOut`, which also clears what it has stored. */
export function useEndSession() {
  return useMutation({
    mutationFn: ({ id }: OwnSession) => call('DELETE /api/auth/sessions/{id}', { params: { id } }),
    onSuccess: (_ended, { device }) => tell(`${device} is logged out.`),
    onError: (error, { device }) => tellError(error, `${device} is still logged in`),
    onSettled: () => void refresh(keys.account.sessions),
  })
}

/** Ends the sessions of all devices; this one stays logged in unless the server has confirmed it. */
export function useLogOutEverywhere(onLoggedOut: () => void) {
  return useMutation({
    mutationFn: () => call('POST /api/auth/logout', { body: { everywhere: true } }),
    onSuccess() {
      session.clear()
      forgetDrafts()
      tell('You are logged out on every device.')
      onLoggedOut()
    },
    onError: (error) => tellError(error, 'You are still logged in'),
  })
}

/** Logs this device out at once. If the server cannot be told, the session expires there. */
export async function logOut(): Promise<void> {
  const refresh_token = session.get()?.refresh_token
  const told = call('POST /api/auth/logout', { body: { refresh_token } })
  session.clear()
  forgetDrafts()
  await told.catch(() => {})
}
