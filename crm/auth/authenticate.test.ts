import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestCrm, TEST_CRM_TOKEN, type TestCrm } from '#harness/apps/test-crm.ts'

const PREVIOUS = 'the-token-before-this-one-0123456789'

let crm: TestCrm

before(async () => {
  crm = await startTestCrm({ env: { CRM_BEARER_TOKEN_PREVIOUS: PREVIOUS } })
})
after(() => crm.close())

const ask = (headers: Record<string, string>, url = '/api/bookings') => crm.request('GET', url, { headers })

const PROTECTED = [
  ['POST', '/api/notify'],
  ['POST', '/api/notify/batch'],
  ['GET', '/api/bookings'],
  ['GET', '/api/bookings/1'],
  ['PUT', '/api/bookings/1/status'],
  ['GET', '/api/bookings/1/history'],
  ['GET', '/api/facilitators/1/bookings'],
  ['GET', '/api/facilitators/1/dashboard'],
  ['GET', '/api/facilitators/1/stream'],
] as const

for (const [method, url] of PROTECTED) {
  test(`${method} ${url} needs the token`, async () => {
    for (const token of [undefined, 'not-the-token', `${TEST_CRM_TOKEN}x`, TEST_CRM_TOKEN.slice(0, -1)]) {
      const { status, headers, body } = await crm.request(method, url, { token })
      assert.equal(status, 401)
      assert.equal(headers['www-authenticate'], 'Bearer')
      assert.deepEqual(body, {
        error: 'The bearer token is missing or wrong: send the CRM token.',
        code: 'invalid_token',
      })
    }
  })
}

test('the scheme may be written in any case', async () => {
  for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
    assert.equal((await ask({ authorization: `${scheme} ${TEST_CRM_TOKEN}` })).status, 200)
  }
})

test('the token counts nowhere but in one Authorization header', async () => {
  const basic = Buffer.from(`crm:${TEST_CRM_TOKEN}`).toString('base64')
  assert.equal((await ask({ authorization: `Basic ${basic}` })).status, 401)
  assert.equal((await ask({ authorization: TEST_CRM_TOKEN })).status, 401)
  assert.equal((await ask({ authorization: 'Bearer ' })).status, 401)
  assert.equal((await ask({}, `/api/bookings?token=${TEST_CRM_TOKEN}`)).status, 401)
})

test('the token before is accepted while callers change over', async () => {
  assert.equal((await ask({ authorization: `Bearer ${PREVIOUS}` })).status, 200)
})

test('who guesses is told to wait, and the right token is let in from the same address all the while', async (t) => {
  const own = await startTestCrm({ env: { AUTH_RATE_LIMIT: 'on' } })
  t.after(() => own.close())
  const ask = async (token: string | undefined, remoteAddress: string) => {
    const { statusCode, headers, payload } = await own.app.inject({
      url: '/api/bookings',
      remoteAddress,
      ...(token && { headers: { authorization: `Bearer ${token}` } }),
    })
    return { status: statusCode, headers, body: JSON.parse(payload) }
  }
  const guess = async (address: (i: number) => string) => {
    let tried = 0
    for (let i = 0; i < 300; i++) if ((await ask(`guess-${i}`, address(i))).status === 401) tried++
    return tried
  }
  assert.equal(await guess(() => '10.0.0.1'), 60)
  const refused = await ask('another-guess', '10.0.0.1')
  assert.deepEqual([refused.status, refused.body.code], [429, 'too_many_requests'])
  assert.ok(Number(refused.headers['retry-after']) >= 1)
  assert.equal((await ask(TEST_CRM_TOKEN, '10.0.0.1')).status, 200)
  assert.equal((await ask(undefined, '10.0.0.1')).status, 401, 'no token is no guess')
  assert.equal((await ask('a-guess', '10.0.0.2')).status, 401)
  assert.equal(await guess((i) => `2001:db8:1:1::${i + 1}`), 60)
  assert.equal(await guess((i) => `2001:db8:2:${(0x100 * (i % 200)).toString(16)}::1`), 240)
  own.clock.advance(60)
  assert.equal((await ask('a-guess', '10.0.0.1')).status, 401)
})
