import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { startTestCrm, TEST_CRM_TOKEN, type TestCrm } from '#harness/apps/test-crm.ts'
import { readOperations } from '#harness/attacks/operations.ts'
import { aUser } from '#harness/data/factories.ts'
import type { App } from '#shared/http/app.ts'

/** The only operations without authentication. A new route needs a token, or its name is added here on purpose. */
const OPEN = {
  booking: [
    'GET /health',
    'GET /ready',
    'POST /api/auth/register',
    'POST /api/auth/login',
    'POST /api/auth/google-login',
    'POST /api/auth/forgot-password',
    // Opened by the token of a mailed link.
    'POST /api/auth/reset-password',
    'POST /api/facilitators/login',
    // What a stranger may see (decisions 0028, 0055).
    'GET /api/settings',
    'GET /api/programme',
    'GET /api/programme/{id}',
    'GET /api/programme/facilitators',
    'GET /api/programme/facilitators/{id}',
    // Opened by the secret in its address.
    'GET /api/bookings/calendar.ics',
  ],
  crm: ['GET /health', 'GET /ready'],
}
/** Locked, but by another key. */
const REFRESH = 'POST /api/auth/refresh'
/** The way out takes tokens that open nothing else; its own tests show that they end nothing else either. */
const LOGOUT = 'POST /api/auth/logout'
const GOOD_ENOUGH_TO_LOG_OUT = [
  'a refresh token',
  'of a closed account',
  'of sessions that were ended',
  'of nobody',
]

let booking: TestBooking
let crm: TestCrm
let accessToken: string

before(async () => {
  booking = await startTestBooking()
  crm = await startTestCrm()
  accessToken = (await aUser(booking.deps)).token
})
after(async () => {
  await booking.close()
  await crm.close()
})

test('every operation of the Main API refuses every bad credential in the same words', async (t) => {
  const count = await refusesAll(booking.app, OPEN.booking, await bookingCredentials())
  t.diagnostic(`${count} refusals`)
})

test('every operation of the CRM refuses every bad credential in the same words', async (t) => {
  const count = await refusesAll(crm.app, OPEN.crm, crmCredentials())
  t.diagnostic(`${count} refusals`)
})

test('the good credentials are accepted, so it is not everything that is refused', async () => {
  assert.equal((await booking.request('GET', '/api/events/', { token: accessToken })).status, 200)
  assert.equal((await crm.request('GET', '/api/bookings', { token: TEST_CRM_TOKEN })).status, 200)
})

test('a route that somebody forgot to lock is noticed', async () => {
  const own = await startTestCrm()
  own.app.get('/api/forgotten', { schema: { response: {} } }, async () => ({}))
  await assert.rejects(refusesAll(own.app, OPEN.crm, crmCredentials()), /GET \/api\/forgotten/)
  await own.close()
})

type Credential = { headers?: Record<string, string | string[]>; query?: string }

const bearer = (token: string): Credential => ({ headers: { authorization: `Bearer ${token}` } })
const header = (authorization: string | string[]): Credential => ({ headers: { authorization } })

async function refusesAll(
  app: App,
  open: string[],
  credentials: Record<string, Credential>,
): Promise<number> {
  await app.ready()
  const operations = readOperations(app.swagger())
  const locked = operations.filter(({ name }) => !open.includes(name) && name !== REFRESH)
  assert.ok(Object.keys(credentials).length >= 25)
  let expected: string | undefined
  let count = 0
  for (const { name, method, path, isProtected } of locked) {
    assert.ok(isProtected, `${name} does not say that it needs a token`)
    for (const [credential, { headers = {}, query = '' }] of Object.entries(credentials)) {
      if (name === LOGOUT && GOOD_ENOUGH_TO_LOG_OUT.includes(credential)) continue
      // A body that is none, and ids that are unknown: who may not come in does not learn about either.
      const payload =
        method === 'GET' ? {} : { payload: '{', headers: { 'content-type': 'application/json' } }
      const answer = await app.inject({
        method: method as 'GET',
        url: path.replaceAll(/\{\w+\}/g, '2147483647') + query,
        ...payload,
        headers: { ...payload.headers, ...headers },
      })
      expected ??= answer.body
      const actual = [answer.statusCode, answer.headers['www-authenticate'], answer.body]
      assert.deepEqual(actual, [401, 'Bearer', expected], `${name} with ${credential}`)
      count++
    }
  }
  return count
}

async function bookingCredentials(): Promise<Record<string, Credential>> {
  const { deps, clock } = booking
  const user = await aUser(deps)
  const session = { userId: user.id, version: 0 }
  const closed = await aUser(deps, { is_active: false })
  clock.advance(-3_601)
  const expired = await deps.identity.tokens.issue('access', session)
  clock.advance(3_601)
  return {
    ...malformed(accessToken),
    expired: bearer(expired),
    'of a closed account': bearer(closed.token),
    'of sessions that were ended': bearer(
      await deps.identity.tokens.issue('access', { ...session, version: 1 }),
    ),
    'of nobody': bearer(await deps.identity.tokens.issue('access', { ...session, userId: 2_147_483_647 })),
    'a refresh token': bearer(await deps.identity.tokens.issue('refresh', session)),
    'the token of the CRM': bearer(deps.config.crmToken),
  }
}

function crmCredentials(): Record<string, Credential> {
  return {
    ...malformed(TEST_CRM_TOKEN),
    'a token of the Main API': bearer(accessToken),
    'the published token': bearer('crm-static-bearer-token-123'),
    'in capitals': bearer(TEST_CRM_TOKEN.toUpperCase()),
    'one character more': bearer(`${TEST_CRM_TOKEN}0`),
  }
}

/** Ways to present a good token that must not work, and tokens that are none. */
function malformed(good: string): Record<string, Credential> {
  const basic = Buffer.from(`user:${good}`).toString('base64')
  return {
    none: {},
    'an empty header': header(''),
    'a scheme alone': header('Bearer'),
    'a scheme and a blank': header('Bearer '),
    'no scheme': header(good),
    'Basic with the token as password': header(`Basic ${basic}`),
    'another scheme': header(`Token ${good}`),
    'a scheme with a colon': header(`Bearer: ${good}`),
    'the scheme twice': header(`Bearer Bearer ${good}`),
    'a tab after the scheme': header(`Bearer\t${good}`),
    'two blanks after the scheme': header(`Bearer  ${good}`),
    'something after the token': header(`Bearer ${good} x`),
    'two tokens in one header': header(`Bearer ${good}, Bearer ${good}`),
    'in quotes': header(`Bearer "${good}"`),
    'cut short': bearer(good.slice(0, -1)),
    'first character gone': bearer(good.slice(1)),
    'last character changed': bearer(good.slice(0, -4) + (good.endsWith('AAAA') ? 'BBBB' : 'AAAA')),
    'two headers, the good one first': header([`Bearer ${good}`, 'Bearer x']),
    'two headers, the good one last': header(['Bearer x', `Bearer ${good}`]),
    'in the query': { query: `?token=${good}&access_token=${good}&authorization=Bearer%20${good}` },
    'in a cookie': {
      headers: { cookie: `token=${good}; access_token=${good}; authorization=Bearer ${good}` },
    },
    'in another header': {
      headers: { 'x-authorization': `Bearer ${good}`, 'proxy-authorization': `Bearer ${good}` },
    },
    'the word null': bearer('null'),
    'the word undefined': bearer('undefined'),
    'very long': bearer('x'.repeat(10_000)),
    'two dots': bearer('..'),
  }
}
