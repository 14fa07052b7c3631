import { useMutation } from '@tanstack/react-query'
import { call } from '#web/lib/api/call.ts'
import * as session from '#web/lib/api/session.ts'

type Credentials = { email: string; password: string }
type Registration = Credentials & { first_name: string; last_name: string; phone: string }

export function useLogIn(onLoggedIn: () => void) {
  return useMutation({ mutationFn: logIn, onSuccess: onLoggedIn })
}

/** Creates an account and logs in to it. */
export function useRegister(onRegistered: () => void) {
  return useMutation({
    async mutationFn(input: Registration) {
      await register(input)
      await logIn(input)
    },
    onSuccess: onRegistered,
  })
}

export function useForgotPassword() {
  return useMutation({
    mutationFn: (email: string) => call('POST /api/auth/forgot-password', { body: { email } }),
  })
}

/** Ends every session of the account, which may be the one of this device. */
export function useResetPassword() {
  return useMutation({
    mutationFn: (body: { token: string; password: string }) =>
      call('POST /api/auth/reset-password', { body }),
    onSuccess: () => session.clear(),
  })
}

/** `token` is the ID token that Google has issued. Throws `ApiError`. */
export async function logInWithGoogle(token: string): Promise<void> {
  session.set(await call('POST /api/auth/google-login', { body: { token } }))
}

/** Throws `ApiError`. */
export async function register({ phone, ...input }: Registration): Promise<void> {
  await call('POST /api/auth/register', { body: { ...input, phone: phone || null } })
}

/** Throws `ApiError`. */
export async function logIn({ email, password }: Credentials): Promise<void> {
  session.set(await call('POST /api/auth/login', { body: { email, password } }))
}
