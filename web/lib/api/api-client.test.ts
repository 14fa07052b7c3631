import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { messageOf } from '#web/lib/text/error-message.ts'
import { request } from './api-client.ts'
import { ApiError, isAnswerLost } from './api-error.ts'
import type { User } from './contract.ts'
import * as session from './session.ts'

const realFetch = globalThis.fetch
const stored = new Map<string, string>()
let asked: { path: string; token: string | undefined }[]
let answer: (path: string, token: string | undefined) => Response | Promise<Response>

beforeEach(() => {
  stored.clear()
  asked = []
  Object.assign(globalThis, {
    localStorage: {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => stored.set(key, value),
      removeItem: (key: string) => stored.delete(key),
    },
    fetch: async (path: string, init: RequestInit) => {
      const { authorization } = init.headers as Record<string, string>
      const token = authorization?.replace('Bearer ', '')
      asked.push({ path, token })
      return answer(path, token)
    },
  })
})
afterEach(() => {
  globalThis.fetch = realFetch
})

/** A token that ends in so many seconds. */
const aToken = (name: string, seconds: number) =>
  `x.${btoa(JSON.stringify({ name, exp: Math.floor(Date.now() / 1000) + seconds }))}.x`
const logInWith = (access_token: string) =>
  session.set({ user: { id: 1 } as User, access_token, refresh_token: 'refresh' })
const json = (body: unknown, status = 200) => Response.json(body, { status })
const invalidToken = () => json({ error: 'Log in again.', code: 'invalid_token' }, 401)
const refreshes = () => asked.filter(({ path }) => path === '/api/auth/refresh')

test('a good token goes along, and nobody’s without one', async () => {
  const token = aToken('good', 600)
  answer = () => json({ ok: true })
  await request('/api/events/')
  logInWith(token)
  assert.deepEqual(await request('/api/events/'), { ok: true })
  assert.deepEqual(
    asked.map((each) => each.token),
    [undefined, token],
  )
})

test('a token that is about to end is renewed once for all who ask at the same time', async () => {
  const fresh = aToken('fresh', 3600)
  logInWith(aToken('ending', 5))
  answer = (path) => json(path === '/api/auth/refresh' ? { access_token: fresh } : {})
  await Promise.all(['/a', '/b', '/c'].map((path) => request(path)))
  assert.deepEqual(refreshes(), [{ path: '/api/auth/refresh', token: 'refresh' }])
  assert.ok(asked.filter(({ path }) => path.length === 2).every(({ token }) => token === fresh))
  assert.equal(session.get()?.access_token, fresh)
})

test('the refresh token that comes along is the next one to be used, in every tab', async () => {
  logInWith(aToken('ending', 5))
  let renewals = 0
  answer = (path) =>
    json(
      path === '/api/auth/refresh'
        ? { access_token: aToken(`short ${++renewals}`, 5), refresh_token: `refresh ${renewals}` }
        : {},
    )
  await request('/a')
  assert.equal(session.get()?.refresh_token, 'refresh 1')
  await request('/b')
  assert.deepEqual(
    refreshes().map(({ token }) => token),
    ['refresh', 'refresh 1'],
  )
})

test('what another tab has got meanwhile is used, and not replaced by an older answer', async () => {
  const [old, theirs] = [aToken('ending', 5), aToken('theirs', 3_600)]
  logInWith(old)
  answer = (path) => {
    if (path !== '/api/auth/refresh') return json({})
    session.set({ user: { id: 1 } as User, access_token: theirs, refresh_token: 'theirs' })
    return json({ access_token: aToken('ours', 3_600), refresh_token: 'ours' })
  }
  await request('/a')
  assert.deepEqual([session.get()?.access_token, session.get()?.refresh_token], [theirs, 'theirs'])
})

test('a token that was ended elsewhere is renewed, and the request made again', async () => {
  const [old, fresh] = [aToken('old', 3600), aToken('fresh', 3600)]
  logInWith(old)
  answer = (path, token) => {
    if (path === '/api/auth/refresh') return json({ access_token: fresh })
    return token === fresh ? json({ seen: true }) : invalidToken()
  }
  assert.deepEqual(await request('/a'), { seen: true })
})

test('what was sent before the connection broke off may have arrived; what was asked for offline has not', async () => {
  const goOnline = (onLine: boolean) =>
    Object.defineProperty(globalThis, 'navigator', { value: { onLine }, configurable: true })
  answer = () => {
    goOnline(false)
    return Promise.reject(new TypeError('network'))
  }
  goOnline(true)
  await assert.rejects(request('/a'), isAnswerLost)
  await assert.rejects(request('/a'), (error: ApiError) => error.code === 'offline' && !isAnswerLost(error))
  goOnline(true)
  for (const [status, isLost] of [
    [500, true],
    [504, true],
    [429, false],
    [409, false],
  ] as const) {
    answer = () => json({ error: 'No.', code: 'no' }, status)
    await assert.rejects(request('/a'), (error) => isAnswerLost(error) === isLost)
  }
})

test('only a refusal ends the session', async () => {
  logInWith(aToken('ending', 5))
  answer = () => Promise.reject(new TypeError('network'))
  await assert.rejects(request('/a'), (error: ApiError) => error.code === 'unreachable')
  assert.ok(session.get(), 'no answer says nothing about the session')
  answer = invalidToken
  await assert.rejects(request('/a'), (error: ApiError) => error.status === 401)
  assert.equal(session.get(), undefined)
})

test('what another tab has renewed is used without asking', async () => {
  const fresh = aToken('fresh', 3600)
  logInWith(aToken('old', 3600))
  answer = (_path, token) => {
    if (token === fresh) return json({})
    logInWith(fresh)
    return invalidToken()
  }
  await request('/a')
  assert.deepEqual(refreshes(), [])
})

test('a late answer does not log in again after a logout', async () => {
  logInWith(aToken('ending', 5))
  answer = (path) => {
    if (path === '/api/auth/refresh') session.clear()
    return json({ access_token: aToken('fresh', 3600) })
  }
  await request('/a')
  assert.equal(session.get(), undefined)
})

test('faults come with their code and their fields, and an answer by somebody else with ours', async () => {
  const details = [{ field: 'email', message: 'is required' }]
  answer = () => json({ error: 'Check the request.', code: 'validation_failed', details }, 400)
  await assert.rejects(request('/a'), (error: ApiError) => {
    assert.deepEqual([error.status, error.code, error.details], [400, 'validation_failed', details])
    return error instanceof ApiError
  })
  answer = () => new Response('<h1>Bad gateway</h1>', { status: 502 })
  await assert.rejects(
    request('/a'),
    (error: ApiError) => error.code === 'unintelligible' && error.status === 502,
  )
})

test('a refresh token that was replaced is kept no longer, also for the next tab that asks', async () => {
  const fresh = aToken('fresh', 3600)
  logInWith(aToken('ending', 5))
  answer = (path) => json(path === '/api/auth/refresh' ? { access_token: fresh, refresh_token: 'next' } : {})
  await request('/a')
  assert.deepEqual([session.get()?.access_token, session.get()?.refresh_token], [fresh, 'next'])
})

test('a refresh that comes too late finds what another tab has got meanwhile, and ends nobody', async () => {
  const [fresh, ending] = [aToken('fresh', 3600), aToken('ending', 5)]
  logInWith(ending)
  answer = (path, token) => {
    if (path !== '/api/auth/refresh') return token === fresh ? json({ seen: true }) : invalidToken()
    session.update('refresh', { access_token: fresh, refresh_token: 'next' })
    return invalidToken()
  }
  assert.deepEqual(await request('/a'), { seen: true })
  assert.equal(session.get()?.refresh_token, 'next')
})

test('how long to wait is said in words, unless the server has said it', async () => {
  const refuse = async (status: number, error: string, retryAfter?: string) => {
    const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter }
    answer = () => Response.json({ error, code: 'too_many' }, { status, headers })
    return messageOf(await request('/a').catch((fault) => fault))
  }
  assert.equal(
    await refuse(429, 'Too many: try again later.', '45'),
    'Too many: try again later. You can try again in 45 seconds.',
  )
  assert.equal(
    await refuse(503, 'Busy: try again.', '61'),
    'Busy: try again. You can try again in 2 minutes.',
  )
  assert.equal(await refuse(429, 'Wait 3 min and try again.', '180'), 'Wait 3 min and try again.')
  for (const nothing of [undefined, '0', '1', '-5', 'Wed, 21 Oct 2026 07:28:00 GMT', 'soon'])
    assert.equal(await refuse(503, 'Try again in a moment.', nothing), 'Try again in a moment.')
  assert.equal(await refuse(404, 'No such event: check the id.'), 'This no longer exists.')
})
