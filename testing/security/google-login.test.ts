import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, mock, test } from 'node:test'
import { generateKeyPair } from 'jose'
import * as userStore from '#booking/identity/users/user.store.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { CLIENT_ID, hmacToken, someone, startGoogleIssuer } from './google-issuer.ts'

/** Who may and who may not come in with what Google says. Accounts and linking: booking/identity/login/google-login.test.ts. */

let google: Awaited<ReturnType<typeof startGoogleIssuer>>
let booking: TestBooking

before(async () => {
  google = await startGoogleIssuer()
  booking = await withGoogle()
})
after(async () => {
  await booking.close()
  await google.close()
})

const withGoogle = () =>
  startTestBooking({ env: { GOOGLE_CLIENT_ID: CLIENT_ID, GOOGLE_JWKS_URL: google.url } })
const logIn = (token: string, own = booking) =>
  own.request('POST', '/api/auth/google-login', { body: { token } })
const now = () => Math.floor(Date.now() / 1000)

test('tokens that Google made for us are accepted', async () => {
  const accepted: Record<string, Record<string, unknown>> = {
    'the usual issuer': {},
    'the issuer without https': { iss: 'accounts.google.com' },
    'issued to another client of ours (azp)': { azp: 'our-android-app.apps.googleusercontent.com' },
    'no names': { given_name: undefined, family_name: undefined },
    'very long names': { given_name: 'x'.repeat(1_000), family_name: 'y'.repeat(1_000) },
    'a hosted domain': { hd: 'example.com' },
  }
  for (const [name, claims] of Object.entries(accepted)) {
    assert.equal((await logIn(await google.token(claims))).status, 200, name)
  }
})

test('every other token is refused', async (t) => {
  const stranger = await generateKeyPair('RS256')
  const elliptic = await generateKeyPair('ES256')
  const good = await google.token()
  const [head, body, signature = ''] = good.split('.')
  const refused: Record<string, string> = {
    'other audience': await google.token({ aud: 'another-app' }),
    'several audiences': await google.token({ aud: [CLIENT_ID, 'another-app'] }),
    'our audience as a list': await google.token({ aud: [CLIENT_ID] }),
    'no audience': await google.token({ aud: undefined }),
    'evil issuer': await google.token({ iss: 'https://accounts.google.com.evil.example' }),
    'issuer with a slash': await google.token({ iss: 'https://accounts.google.com/' }),
    'issuer over http': await google.token({ iss: 'http://accounts.google.com' }),
    'no issuer': await google.token({ iss: undefined }),
    expired: await google.token({ exp: now() - 1 }),
    'expiry as text': await google.token({ exp: String(now() + 300) }),
    'no expiry': await google.token({ exp: undefined }),
    'no issue time': await google.token({ iat: undefined }),
    'not valid yet': await google.token({ nbf: now() + 600 }),
    'no subject': await google.token({ sub: undefined }),
    'empty subject': await google.token({ sub: '' }),
    'subject a number': await google.token({ sub: 12_345 }),
    'no address': await google.token({ email: undefined }),
    'address a list': await google.token({ email: ['a@example.com'] }),
    'unproven address': await google.token({ email_verified: false }),
    'proven as text': await google.token({ email_verified: 'true' }),
    'nothing said about proof': await google.token({ email_verified: undefined }),
    'foreign key under a known id': await google.token({}, {}, stranger),
    'other algorithm': await google.token({}, { alg: 'ES256' }, elliptic),
    'other hash': await google.token({}, { alg: 'RS512' }, await generateKeyPair('RS512')),
    'signed with the client id': hmacToken({}, CLIENT_ID),
    'alg none': hmacToken({}, '', { alg: 'none' }),
    'cut signature': `${head}.${body}.${signature.slice(0, 40)}`,
    'no signature': `${head}.${body}.`,
    'no token at all': 'abc',
    'our own access token': await booking.deps.identity.tokens.issue('access', { userId: 1, version: 0 }),
  }
  t.diagnostic(`${Object.keys(refused).length} tokens`)
  for (const [name, token] of Object.entries(refused)) assert.equal((await logIn(token)).status, 401, name)
})

test('a known account stays itself under a new address, and a taken address does not make it another', async () => {
  const [gia, bob] = [someone(), someone()]
  const first = await logIn(await google.token(gia))
  await logIn(await google.token(bob))
  const moved = await logIn(await google.token({ ...gia, email: bob.email }))
  assert.deepEqual([moved.status, moved.body.user.id], [200, first.body.user.id])
  assert.equal(moved.body.user.email, gia.email)
})

test('a closed account stays closed', async () => {
  const gia = someone()
  const { body } = await logIn(await google.token(gia))
  await userStore.update(booking.deps.db, body.user.id, { is_active: false })
  assert.equal((await logIn(await google.token(gia))).status, 401)
})

test('twenty first sign-ins at once make one account', async () => {
  const token = await google.token(someone())
  const answers = await Promise.all(Array.from({ length: 20 }, () => logIn(token)))
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200])
  assert.equal(new Set(answers.map(({ body }) => body.user.id)).size, 1)
})

test('the same token may be used again until it expires: the contract has no nonce that could forbid it', async () => {
  const token = await google.token()
  assert.deepEqual([(await logIn(token)).status, (await logIn(token)).status], [200, 200])
})

test('unknown key ids make the keys be read again at most once a minute, and a new key is then known', async () => {
  const own = await withGoogle()
  mock.timers.enable({ apis: ['Date'], now: Date.now() })
  try {
    const before = google.fetches()
    assert.equal((await logIn(await google.token(), own)).status, 200)
    await google.addKey('k2')
    const ofNewKey = await google.token({ exp: now() + 600 }, { kid: 'k2' })
    const stranger = await generateKeyPair('RS256')
    for (let i = 0; i < 50; i++) {
      assert.equal((await logIn(await google.token({}, { kid: randomUUID() }, stranger), own)).status, 401)
    }
    assert.equal(google.fetches() - before, 1)
    mock.timers.tick(61_000)
    assert.equal((await logIn(ofNewKey, own)).status, 200, 'the new key')
    assert.equal(google.fetches() - before, 2)
    google.removeKey('k1')
  } finally {
    mock.timers.reset()
    await own.close()
    await google.addKey('k1')
  }
})

test('while Google cannot be read the answer is 503 within five seconds, and all is well once it can', async () => {
  const token = await google.token()
  const failures = {
    'refuses to answer': undefined,
    'answers 500': (response) => response.writeHead(500).end(),
    'answers nonsense': (response) => response.end('<html>'),
    'answers no key set': (response) =>
      response.setHeader('content-type', 'application/json').end('{"keys":1}'),
    'sends elsewhere': (response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
    'accepts and is silent': () => {},
    'begins and stops': (response) => response.write('{"keys":['),
    'hangs up': (response) => response.destroy(),
  } satisfies Record<string, Parameters<typeof google.answerWith>[0]>
  await Promise.all(
    Object.entries(failures).map(async ([name, answer]) => {
      const away = await startGoogleIssuer()
      away.answerWith(answer)
      const url = answer ? away.url : 'http://127.0.0.1:9/certs'
      const own = await startTestBooking({ env: { GOOGLE_CLIENT_ID: CLIENT_ID, GOOGLE_JWKS_URL: url } })
      const startedAt = performance.now()
      const { status, body } = await logIn(token, own)
      assert.deepEqual([status, body.code], [503, 'google_unavailable'], name)
      assert.ok(performance.now() - startedAt < 5_000, name)
      assert.equal((await logIn('abc', own)).status, 401, 'a token that is none needs no Google')
      away.answerWith(undefined)
      if (answer) assert.equal((await logIn(await away.token(), own)).status, 200, `after: ${name}`)
      await own.close()
      await away.close()
    }),
  )
})
