import { ApiError, hasCode, isOffline, sessionEnded, unintelligible, unreachable } from './api-error.ts'
import type { Operations } from './contract.ts'
import { readServerDate, serverNow } from './server-clock.ts'
import * as session from './session.ts'
import { expiresAtMs } from './token.ts'

export type Options = {
  method?: string
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal | undefined
}

/** A token that expires sooner than this is renewed before it is used. */
const RENEW_AHEAD_MS = 30_000

/** The JSON of an answer. Throws `ApiError` for every answer that is not a success, and when there is none. */
export async function request(path: string, options: Options = {}): Promise<unknown> {
  const response = await send(path, options)
  return response.json().catch(() => Promise.reject(unintelligible(0)))
}

/** The response, for files and streams. Throws as `request` does. */
export async function send(path: string, options: Options = {}): Promise<Response> {
  const used = await currentToken()
  try {
    return await sendAs(used, path, options)
  } catch (error) {
    // The token was revoked on another device, or this device's clock is wrong: renew it and try once more.
    if (!hasCode(error, 'invalid_token') || !used) throw error
    return sendAs(await renew(used), path, options)
  }
}

async function sendAs(token: string | undefined, path: string, options: Options): Promise<Response> {
  const { method = 'GET', body, headers, signal } = options
  const sentAtMs = Date.now()
  const wasOffline = isOffline()
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
    throw signal?.aborted ? error : unreachable(wasOffline)
  })
  readServerDate(response.headers.get('date'), sentAtMs)
  if (response.ok) return response
  const fault = await response.json().catch(() => undefined)
  if (!fault?.error) throw unintelligible(response.status)
  throw new ApiError(response.status, fault, secondsOf(response.headers.get('retry-after')))
}

/** 0 for a date, which a proxy may send: this device's clock may be wrong. */
const secondsOf = (header: string | null): number => Math.max(0, Math.floor(Number(header)) || 0)

async function currentToken(): Promise<string | undefined> {
  const token = session.get()?.access_token
  if (!token || expiresAtMs(token) > serverNow().getTime() + RENEW_AHEAD_MS) return token
  return renew(token)
}

let renewing: Promise<string> | undefined

/** A new access token. Concurrent callers share one renewal; one that another tab has made is used as it is. */
async function renew(used: string): Promise<string> {
  const known = session.get()
  if (known && known.access_token !== used) return known.access_token
  renewing ??= oneTabAtATime(() => askForToken(used)).finally(() => {
    renewing = undefined
  })
  return renewing
}

/** Tabs share the session, so they renew it in turn: the second one finds the token of the first. */
async function oneTabAtATime<T>(work: () => Promise<T>): Promise<T> {
  // Without TLS there is no `navigator.locks`.
  return navigator.locks ? await navigator.locks.request('stillpoint.renew', work) : work()
}

async function askForToken(used: string): Promise<string> {
  const known = session.get()
  if (known && known.access_token !== used) return known.access_token
  if (session.hasEnded()) throw sessionEnded()
  const refresh_token = known?.refresh_token
  try {
    const response = await sendAs(refresh_token, '/api/auth/refresh', { method: 'POST' })
    const renewed: Operations['POST /api/auth/refresh']['answer'] = await response.json()
    session.update(refresh_token ?? '', {
      access_token: renewed.access_token,
      refresh_token: renewed.refresh_token ?? refresh_token,
    })
    return renewed.access_token
  } catch (error) {
    if (!hasCode(error, 'invalid_token')) throw error
    const current = session.get()
    // Another tab has renewed the session: its tokens are newer than the refused ones.
    if (current && current.refresh_token !== refresh_token) return current.access_token
    // Only a refusal ends the session, not a failure of the network.
    session.end(refresh_token ?? '')
    throw error
  }
}
