import type { Static } from 'typebox'
import type { Refreshed } from '#booking/identity/login/auth.schema.ts'
import { ApiError, hasCode, unintelligible, unreachable } from './api-error.ts'
import * as session from './session.ts'
import { expiresAtMs } from './token.ts'

export type Options = {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal | undefined
}

/** A token that ends so soon is renewed before it is used. */
const RENEW_AHEAD_MS = 30_000

/** The JSON of an answer. Throws `ApiError` for everything that is no success. */
export async function request<T>(path: string, options: Options = {}): Promise<T> {
  return (await (await send(path, options)).json().catch(() => Promise.reject(unintelligible(0)))) as T
}

/** The answer itself, for files and streams. */
export async function send(path: string, options: Options = {}): Promise<Response> {
  const used = await currentToken()
  try {
    return await sendAs(used, path, options)
  } catch (error) {
    // The token has been ended elsewhere, or this device's clock is wrong: one more try with another.
    if (!hasCode(error, 'invalid_token') || !used) throw error
    return sendAs(await renew(used), path, options)
  }
}

async function sendAs(token: string | undefined, path: string, options: Options): Promise<Response> {
  const { method = 'GET', body, headers, signal } = options
  const response = await fetch(path, {
    method,
    signal: signal ?? null,
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    throw signal?.aborted ? error : unreachable()
  })
  if (response.ok) return response
  const fault = await response.json().catch(() => undefined)
  if (!fault?.error) throw unintelligible(response.status)
  throw new ApiError(response.status, fault, secondsOf(response.headers.get('retry-after')))
}

/** A proxy may write a date there, which says nothing to a clock that is wrong. */
const secondsOf = (header: string | null): number => Math.max(0, Math.floor(Number(header)) || 0)

async function currentToken(): Promise<string | undefined> {
  const token = session.get()?.access_token
  if (!token || expiresAtMs(token) > Date.now() + RENEW_AHEAD_MS) return token
  return renew(token)
}

let renewing: Promise<string> | undefined

/** Everybody who finds the token ended waits for one new one. Another tab may have got it already. */
async function renew(used: string): Promise<string> {
  const known = session.get()
  if (known && known.access_token !== used) return known.access_token
  renewing ??= oneTabAtATime(() => askForToken(used)).finally(() => {
    renewing = undefined
  })
  return renewing
}

/** Tabs share the session. Two that renew it at once may, but the second need not: it finds what the first one got. */
async function oneTabAtATime<T>(work: () => Promise<T>): Promise<T> {
  // Not there without TLS.
  return navigator.locks ? await navigator.locks.request('stillpoint.renew', work) : work()
}

async function askForToken(used: string): Promise<string> {
  const known = session.get()
  if (known && known.access_token !== used) return known.access_token
  const refresh_token = known?.refresh_token
  try {
    const response = await sendAs(refresh_token, '/api/auth/refresh', { method: 'POST' })
    const renewed = (await response.json()) as Static<typeof Refreshed>
    session.update(refresh_token ?? '', {
      access_token: renewed.access_token,
      refresh_token: renewed.refresh_token ?? refresh_token,
    })
    return renewed.access_token
  } catch (error) {
    if (!hasCode(error, 'invalid_token')) throw error
    const current = session.get()
    // Another tab was quicker, and has tokens that are newer than those that were refused.
    if (current && current.refresh_token !== refresh_token) return current.access_token
    // Only an answer ends the session: without one there is still hope.
    session.clear()
    throw error
  }
}
