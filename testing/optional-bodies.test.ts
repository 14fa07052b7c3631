import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { TEST_CRM_TOKEN } from '#harness/apps/test-crm.ts'
import { startTestPair } from '#harness/apps/test-pair.ts'
import { readOperations } from '#harness/attacks/operations.ts'
import { anEvent, aUser } from '#harness/data/factories.ts'

/** Where a body need not say anything, it may be left out, in all the ways in which clients leave one out. */

let pair: Awaited<ReturnType<typeof startTestPair>>

before(async () => {
  pair = await startTestPair()
  await Promise.all([pair.booking.app.ready(), pair.crm.app.ready()])
})
after(() => pair.close())

const FORM = 'application/x-www-form-urlencoded'
const JSON_TYPE = 'application/json'
const WITHOUT: Record<string, { headers?: Record<string, string>; payload?: string }> = {
  nothing: {},
  'curl -d ""': { headers: { 'content-type': FORM, 'content-length': '0' }, payload: '' },
  'an empty JSON body': { headers: { 'content-type': JSON_TYPE, 'content-length': '0' }, payload: '' },
  null: { headers: { 'content-type': JSON_TYPE }, payload: 'null' },
}

function operationsOf(service: 'booking' | 'crm') {
  const document = pair[service].app.swagger() as {
    paths: Record<string, Record<string, { requestBody?: { required?: boolean } }>>
  }
  return readOperations(document)
    .filter(({ method }) => method !== 'GET')
    .map((operation) => ({
      ...operation,
      requestBody: document.paths[operation.path]?.[operation.method.toLowerCase()]?.requestBody,
    }))
}

test('a body of which nothing is required may be left out, and OpenAPI says so', async () => {
  const optional = operationsOf('booking').filter(({ requestBody }) => requestBody?.required === false)
  assert.ok(optional.length >= 9, optional.map(({ name }) => name).join(', '))
  assert.ok(optional.some(({ name }) => name === 'POST /api/events/{id}/waitlist'))
  for (const { name, method, path } of optional) {
    const ask = async (request: { headers?: Record<string, string>; payload?: string }) => {
      const { token } = await aUser(pair.booking.deps, { is_admin: true })
      const event_id = await anEvent(pair.booking.deps, { max_participants: 1, current_participants: 1 })
      const url = path.replace('{id}', String(event_id)).replace(/\{\w+\}/g, '1')
      const headers = { authorization: `Bearer ${token}`, ...request.headers }
      return (await pair.booking.app.inject({ method: method as 'POST', url, ...request, headers }))
        .statusCode
    }
    const expected = await ask({ headers: { 'content-type': JSON_TYPE }, payload: '{}' })
    for (const [way, request] of Object.entries(WITHOUT))
      assert.equal(await ask(request), expected, `${name}, ${way}`)
  }
})

test('where there is no body to send, an empty one of any type is none', async () => {
  for (const service of ['booking', 'crm'] as const) {
    const bare = operationsOf(service).filter(({ requestBody }) => !requestBody)
    assert.ok(bare.length > 0)
    for (const { name, method, path } of bare) {
      const token = service === 'crm' ? TEST_CRM_TOKEN : (await aUser(pair.booking.deps)).token
      const headers = { authorization: `Bearer ${token}`, 'content-type': FORM, 'content-length': '0' }
      const url = path.replace(/\{\w+\}/g, '2147483647')
      const { statusCode } = await pair[service].app.inject({
        method: method as 'POST',
        url,
        headers,
        payload: '',
      })
      assert.notEqual(statusCode, 415, name)
    }
  }
})

test('a body of which something is required is asked for in words', async () => {
  const { token } = await aUser(pair.booking.deps)
  const headers = { authorization: `Bearer ${token}` }
  const answer = await pair.booking.app.inject({ method: 'POST', url: '/api/bookings/', headers })
  assert.equal(answer.statusCode, 400)
  assert.equal(typeof answer.json().error, 'string')
})
