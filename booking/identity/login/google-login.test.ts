import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'

const CLIENT_ID = 'stillpoint-tests.apps.googleusercontent.com'

let issuer: Server
let booking: TestBooking
let keys: Awaited<ReturnType<typeof generateKeyPair>>

before(async () => {
  keys = await generateKeyPair('RS256')
  const jwks = JSON.stringify({
    keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }],
  })
  issuer = createServer((_request, response) =>
    response.setHeader('content-type', 'application/json').end(jwks),
  )
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve))
  const GOOGLE_JWKS_URL = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/certs`
  booking = await startTestBooking({ env: { GOOGLE_CLIENT_ID: CLIENT_ID, GOOGLE_JWKS_URL } })
})
after(async () => {
  issuer.close()
  await booking.close()
})

const someone = () => ({
  sub: randomUUID(),
  email: `${randomUUID()}@gmail.com`,
  given_name: 'Gia',
  family_name: 'Google',
})

async function googleToken(
  claims: Record<string, unknown>,
  { kid = 'k1', key = keys.privateKey } = {},
): Promise<string> {
  const all = { iss: 'https://accounts.google.com', aud: CLIENT_ID, email_verified: true, ...claims }
  const token = new SignJWT(all).setProtectedHeader({ alg: 'RS256', kid })
  if (!('iat' in claims)) token.setIssuedAt()
  if (!('exp' in claims)) token.setExpirationTime('5m')
  return token.sign(key)
}

const logIn = (token: string) => booking.request('POST', '/api/auth/google-login', { body: { token } })

test('a first sign-in makes an account, a second one finds it, even under a new address', async () => {
  const identity = someone()
  const first = await logIn(await googleToken(identity))
  assert.equal(first.status, 200)
  assert.equal(first.body.message, 'Login successful')
  assert.equal(first.body.user.first_name, 'Gia')
  assert.ok(first.body.access_token && first.body.refresh_token)
  const second = await logIn(
    await googleToken({ ...identity, email: 'moved@gmail.com', iss: 'accounts.google.com' }),
  )
  assert.equal(second.body.user.id, first.body.user.id)
})

test('who has one name at Google has one here, and can save their profile', async () => {
  const given = { given_name: undefined, family_name: undefined, name: undefined }
  const cases: [object, string, string][] = [
    [{ ...given, given_name: 'Prince', name: 'Prince' }, 'Prince', ''],
    [{ ...given, given_name: 'Prince', family_name: '', name: 'Prince' }, 'Prince', ''],
    [{ ...given, given_name: 'Mary Ann', name: 'Mary Ann' }, 'Mary Ann', ''],
    [{ ...given, family_name: 'Nelson', name: 'Nelson' }, 'Nelson', ''],
    [{ ...given, name: 'Zoë van der Lind' }, 'Zoë', 'van der Lind'],
    [given, 'gia', ''],
  ]
  for (const [claims, first_name, last_name] of cases) {
    const identity = { ...someone(), email: `gia@${randomUUID()}.example` }
    const { status, body } = await logIn(await googleToken({ ...identity, ...claims }))
    assert.deepEqual([status, body.user?.first_name, body.user?.last_name], [200, first_name, last_name])
    const saved = await booking.request('PUT', '/api/auth/profile', {
      token: body.access_token,
      body: { first_name, last_name, phone: '+49 1' },
    })
    assert.equal(saved.status, 200)
  }
})

test('tokens that Google did not make for us are refused', async () => {
  const identity = someone()
  const stranger = await generateKeyPair('RS256')
  const now = Math.floor(Date.now() / 1000)
  const bad = {
    'other audience': await googleToken({ ...identity, aud: 'another-app' }),
    'several audiences': await googleToken({ ...identity, aud: [CLIENT_ID, 'another-app'] }),
    'other issuer': await googleToken({ ...identity, iss: 'https://accounts.evil.example' }),
    expired: await googleToken({ ...identity, exp: now - 1 }),
    'no expiry': await googleToken({ ...identity, exp: undefined }),
    'foreign key': await googleToken(identity, { key: stranger.privateKey }),
    'unknown key id': await googleToken(identity, { kid: 'k2' }),
    'signed with the client id': await new SignJWT({ ...identity, email_verified: true })
      .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
      .setExpirationTime('5m')
      .sign(new TextEncoder().encode(CLIENT_ID)),
    'no address': await googleToken({ sub: identity.sub }),
    'unproven address': await googleToken({ ...identity, email_verified: false }),
    'proven as text': await googleToken({ ...identity, email_verified: 'true' }),
    'no token at all': 'abc',
  }
  for (const [name, token] of Object.entries(bad)) {
    const { status, body } = await logIn(token)
    assert.equal(status, 401, name)
    assert.equal(typeof body.error, 'string')
  }
})

test('a Google login takes an account with an unproven address over, ending its password and sessions', async () => {
  const identity = someone()
  const squatter = { email: identity.email, password: 'squatter-password', first_name: 'S', last_name: 'Q' }
  await booking.request('POST', '/api/auth/register', { body: squatter })
  const squatterLogin = () => booking.request('POST', '/api/auth/login', { body: squatter })
  const { body: session } = await squatterLogin()

  const owner = await logIn(await googleToken(identity))
  assert.equal(owner.status, 200)
  assert.equal(owner.body.user.id, session.user.id, 'the account is linked, not doubled')
  assert.equal((await squatterLogin()).status, 401)
  for (const [method, url, token] of [
    ['GET', '/api/auth/profile', session.access_token],
    ['POST', '/api/auth/refresh', session.refresh_token],
  ] as const) {
    assert.equal((await booking.request(method, url, { token })).status, 401)
  }
  assert.equal(
    (await booking.request('GET', '/api/auth/profile', { token: owner.body.access_token })).status,
    200,
  )
})

test('another Google account with the same address does not get in', async () => {
  const identity = someone()
  await logIn(await googleToken(identity))
  const { status, body } = await logIn(await googleToken({ ...identity, sub: randomUUID() }))
  assert.equal(status, 409)
  assert.equal(body.code, 'google_account_mismatch')
})

test('unless the address was only claimed: who proves it gets the account, and the other Google account loses it', async () => {
  const [squatter, owner] = [someone(), someone()]
  const { body: claimed } = await logIn(await googleToken(squatter))
  const token = claimed.access_token
  const { body: session } = await booking.request('PUT', '/api/auth/password', {
    token,
    body: { new_password: 'squatter-password', google_token: await googleToken(squatter) },
  })
  const moved = await booking.request('PUT', '/api/auth/profile', {
    token: session.access_token,
    body: { email: owner.email, current_password: 'squatter-password' },
  })
  assert.equal(moved.status, 200)
  const proven = await logIn(await googleToken(owner))
  assert.deepEqual([proven.status, proven.body.user.id], [200, claimed.user.id])
  assert.equal(
    (await booking.request('POST', '/api/auth/refresh', { token: session.refresh_token })).status,
    401,
  )
  const again = await logIn(await googleToken(squatter))
  assert.notEqual(again.body.user.id, claimed.user.id)
})

test('the Google account sets a new password in place of one that is not known, its own account only', async () => {
  const [owner, stranger] = [someone(), someone()]
  const { body: session } = await logIn(await googleToken(owner))
  const change = (token: string, body: object) =>
    booking.request('PUT', '/api/auth/password', { token, body })
  const first = { new_password: 'not-remembered-any-more', google_token: await googleToken(owner) }
  const taken = await change(session.access_token, first)
  assert.equal(taken.status, 200)

  const { body: again } = await logIn(await googleToken(owner))
  const new_password = 'known-to-the-owner-only'
  const expired = await googleToken({ ...owner, exp: 1_000_000_000 })
  for (const google_token of [await googleToken(stranger), expired, 'no token']) {
    const { status, body } = await change(again.access_token, { google_token, new_password })
    assert.deepEqual([status, body.code], [403, 'wrong_google_account'])
  }
  const iat = Math.floor(Date.now() / 1_000) - 11 * 60
  const old = await change(again.access_token, {
    google_token: await googleToken({ ...owner, iat, exp: iat + 3_600 }),
    new_password,
  })
  assert.deepEqual([old.status, old.body.code], [403, 'google_sign_in_too_old'])
  const { status } = await change(again.access_token, {
    google_token: await googleToken(owner),
    new_password,
  })
  assert.equal(status, 200)
  const login = async (password: string) =>
    (await booking.request('POST', '/api/auth/login', { body: { email: owner.email, password } })).status
  assert.deepEqual([await login('not-remembered-any-more'), await login(new_password)], [401, 200])
  assert.equal(
    (await booking.request('POST', '/api/auth/refresh', { token: taken.body.refresh_token })).status,
    401,
  )
})

test('when the keys cannot be read the answer is 503, not a refusal', async () => {
  const own = await startTestBooking({
    env: { GOOGLE_CLIENT_ID: CLIENT_ID, GOOGLE_JWKS_URL: 'http://127.0.0.1:9/certs' },
  })
  const { status, body } = await own.request('POST', '/api/auth/google-login', {
    body: { token: await googleToken(someone()) },
  })
  assert.equal(status, 503)
  assert.equal(body.code, 'google_unavailable')
  await own.close()
})

test('a claim that is spelt like somebody’s address takes over nothing, and one that is no address is refused', async () => {
  const admin = { ...someone(), email: 'admin@bücher.example' }
  const { body } = await logIn(await googleToken(admin))
  const lookalike = await logIn(await googleToken({ ...someone(), email: 'admİn@bücher.example' }))
  assert.notEqual(lookalike.body.user?.id, body.user.id)
  const spelling = await logIn(await googleToken({ ...someone(), email: 'ADMIN@xn--bcher-kva.example' }))
  assert.deepEqual([spelling.status, spelling.body.code], [409, 'google_account_mismatch'])
  for (const email of ['ad\u200bmin@gmail.com', 'no address', 'a@b', ''])
    assert.equal((await logIn(await googleToken({ ...someone(), email }))).status, 401, email)
})
