import { request } from '#web/lib/api-client.ts'
import * as session from '#web/lib/session.ts'

/** Leaves at once; the server is told, and a token that it never heard of again ends by itself. */
export async function logOut(): Promise<void> {
  const refresh_token = session.get()?.refresh_token
  const told = request('/api/auth/logout', { method: 'POST', body: { refresh_token } })
  session.clear()
  await told.catch(() => {})
}

/** Every device. Only when the server has said so is it true. */
export async function logOutEverywhere(): Promise<void> {
  await request('/api/auth/logout', { method: 'POST', body: { everywhere: true } })
  session.clear()
}
