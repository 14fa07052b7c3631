import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { decodeJwt } from 'jose'
import type { Session } from '#booking/identity/sessions/tokens.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { readOperations } from '#harness/attacks/operations.ts'
import { aUser } from '#harness/data/factories.ts'
import { forgedTokens, type Loot, mint } from './forged-tokens.ts'

const SECRET = 'the-secret-that-the-forger-has-somehow-got'
const PREVIOUS = 'the-secret-before-which-is-accepted-as-well'

let booking: TestBooking
let loot: Loot

before(async () => {
  booking = await startTestBooking({ env: { JWT_SECRET_KEY: SECRET, JWT_SECRET_KEY_PREVIOUS: PREVIOUS } })
  const user = await aUser(booking.deps)
  const ended = await booking.deps.identity.sessions.issue('access', user)
  await booking.request('POST', '/api/auth/logout', { token: ended })
  loot = {
    access: user.token,
    refresh: await booking.deps.identity.sessions.issue('refresh', user),
    endedSession: String(decodeJwt(ended).sid),
    userId: user.id,
    secret: SECRET,
    otherSecret: 'another-secret-that-is-long-enough-too',
    now: Math.floor(booking.clock.now().getTime() / 1000),
  }
})
after(() => booking.close())

const profile = async (token: string) => (await booking.request('GET', '/api/auth/profile', { token })).status

test('with the right key and the right claims a token is accepted, so the forgeries below fail for their fault', async () => {
  assert.equal(await profile(mint(loot)), 200)
  const { iss, aud, type, ver } = decodeJwt(loot.access)
  assert.deepEqual({ iss, aud, type, ver }, { iss: 'stillpoint', aud: 'access', type: 'access', ver: 0 })
})

test('so is one of the secret before, and of no other', async () => {
  assert.equal(await profile(mint({ ...loot, secret: PREVIOUS })), 200)
  assert.equal(await profile(mint({ ...loot, secret: loot.otherSecret })), 401)
  assert.equal(await profile(mint({ ...loot, secret: `${SECRET}${PREVIOUS}` })), 401)
})

test('no forged access token is accepted, whichever of the secrets the forger has', async (t) => {
  const old = Object.entries(forgedTokens({ ...loot, secret: PREVIOUS }))
  const forged = [
    ...Object.entries(forgedTokens(loot)),
    ...old.map(([name, token]) => [`${name}, old key`, token] as const),
  ]
  t.diagnostic(`${forged.length} forgeries`)
  assert.ok(forged.length >= 60)
  const accepted: string[] = []
  for (const [name, token] of forged) if ((await profile(token)) !== 401) accepted.push(name)
  assert.deepEqual(accepted, [])
})

test('nor as a refresh token', async () => {
  const refresh = async (token: string) =>
    (await booking.request('POST', '/api/auth/refresh', { token })).status
  assert.equal(await refresh(mint(loot, {}, {}, 'refresh')), 200)
  const forged = { ...forgedTokens({ ...loot, refresh: loot.access }), 'an access token': loot.access }
  for (const [name, token] of Object.entries(forged)) assert.equal(await refresh(token), 401, name)
})

test('nor does one end the sessions of the account', async () => {
  const logOut = async (token: string) =>
    (await booking.request('POST', '/api/auth/logout', { token, body: { everywhere: true } })).status
  for (const [name, token] of Object.entries(forgedTokens(loot))) {
    if (name !== 'a refresh token') assert.equal(await logOut(token), 401, name)
  }
  assert.equal(await profile(loot.access), 200)
})

test('a refresh token opens none of the operations that need an access token', async () => {
  const operations = readOperations(booking.app.swagger()).filter(
    ({ isProtected, path }) => isProtected && !/\/(refresh|logout)$/.test(path),
  )
  assert.ok(operations.length >= 10)
  for (const { method, path, name } of operations) {
    const url = path.replaceAll(/\{\w+\}/g, '1')
    const { status } = await booking.request(method as 'GET', url, { token: loot.refresh })
    assert.equal(status, 401, name)
  }
})

test('a verifier that trusts what the token says of itself would be caught', async () => {
  const own = await startTestBooking()
  const { id } = await aUser(own.deps)
  own.deps.identity.sessions = {
    ...own.deps.identity.sessions,
    async find(token) {
      const caller = await userStore.findById(own.deps.db, Number(decodeJwt(token).sub))
      return caller && { caller, session: {} as Session }
    },
  }
  const forged = forgedTokens({ ...loot, userId: id })
  const answer = await own.request('GET', '/api/auth/profile', { token: forged['alg none'] })
  assert.equal(answer.status, 200)
  await own.close()
})
