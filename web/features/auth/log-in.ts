import type { Static } from 'typebox'
import type { Credentials, LoggedIn, Register } from '#booking/identity/login/auth.schema.ts'
import { request } from '#web/lib/api-client.ts'
import * as session from '#web/lib/session.ts'

type Answer = Static<typeof LoggedIn>

export async function logIn(credentials: Credentials): Promise<void> {
  begin(await request<Answer>('/api/auth/login', { method: 'POST', body: credentials }))
}

export async function logInWithGoogle(token: string): Promise<void> {
  begin(await request<Answer>('/api/auth/google-login', { method: 'POST', body: { token } }))
}

/** A new account is logged in at once. */
export async function register({ phone, ...input }: Register): Promise<void> {
  await request('/api/auth/register', { method: 'POST', body: { ...input, phone: phone || null } })
  await logIn(input)
}

/** Also after a change of password, which ends all sessions but this new one. */
export function begin({ user, access_token, refresh_token }: Answer): void {
  session.set({ user, access_token, refresh_token })
}
