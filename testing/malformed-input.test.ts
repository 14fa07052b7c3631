import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestBooking } from '#harness/apps/test-booking.ts'
import { TEST_CRM_TOKEN, type TestCrm } from '#harness/apps/test-crm.ts'
import { startTestPair } from '#harness/apps/test-pair.ts'
import type { TestRequest } from '#harness/apps/test-request.ts'
import { anEvent, aUser } from '#harness/data/factories.ts'
import type { App } from '#shared/http/app.ts'

/**
 * Every field of every operation of both services, as their own OpenAPI lists them, gets every kind of rubbish.
 * A route that is added is covered by itself. Nothing may answer 5xx, without `error` and `code`, or with an inside view.
 */

let pair: Awaited<ReturnType<typeof startTestPair>>
let booking: TestBooking
let crm: TestCrm
let token: string

before(async () => {
  pair = await startTestPair()
  ;({ booking, crm } = pair)
  token = (await aUser(booking.deps)).token
  await anEvent(booking.deps)
})
after(() => pair.close())

const RUBBISH: unknown[] = [
  undefined,
  null,
  true,
  0,
  -1,
  1.5,
  2_147_483_648,
  Number.MAX_SAFE_INTEGER,
  1e20,
  -1e308,
  '',
  ' ',
  'abc',
  '1',
  'x'.repeat(60_000),
  'a\0b',
  '\0',
  '\ud800',
  'a\udfff',
  '😀\u202e',
  "'; drop table users; --",
  '%_\\',
  '{{7*7}}',
  [],
  [[]],
  {},
  { toString: 1 },
  [null, 'x'],
  '0000-00-00T00:00:00',
  '99999-01-01T00:00:00',
]

const RAW_BODIES = [
  '',
  '{',
  '{"a":}',
  'null',
  'true',
  '1',
  '"text"',
  '[]',
  '[1,2]',
  '{}',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"event_id":1e400}',
  `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`,
  `[${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}]`,
  `{${Array.from({ length: 5_000 }, (_, i) => `"k${i}":0`).join(',')}}`,
  `{"notes":"${'x'.repeat(3_000_000)}"}`,
  '{"event_id":1,"event_id":"a"}',
  '{"event_id":1}trailing',
  '\ufeff{"event_id":1}',
  Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
]

const CONTENT_TYPES = [
  'text/plain',
  'application/xml',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json; charset=utf-16',
  'application/json; charset=latin1',
  'application/json garbage',
  '',
  'application/jsonx',
  '\tapplication/json',
]

const PATH_RUBBISH = [
  '0',
  '-1',
  '1.5',
  'abc',
  '2147483648',
  '1e20',
  '%00',
  '%ff',
  '%zz',
  '..%2f',
  "1'--",
  'x'.repeat(500),
  '%F0%9F%98%80',
  '1%20or%201=1',
]

test('the Main API survives rubbish in every field of every operation', async () => {
  // Rubbish around a valid request to log out, say, is the end of a token.
  const renew = async () => {
    if ((await booking.request('GET', '/api/auth/profile', { token })).status === 200) return token
    token = (await aUser(booking.deps)).token
    return token
  }
  const count = await attack(booking.app, booking.request, renew)
  assert.ok(count >= 1_000, `only ${count} requests were made`)
})

test('the CRM survives rubbish in every field of every operation', async () => {
  const count = await attack(crm.app, crm.request, async () => TEST_CRM_TOKEN)
  assert.ok(count >= 1_000, `only ${count} requests were made`)
})

test('nothing of it reached a prototype', () => {
  assert.equal(({} as { polluted?: unknown }).polluted, undefined)
})

test('a body of another type, in another encoding, too large or too deep is refused for what it is', async () => {
  const post = (body: string, headers: Record<string, string> = {}) =>
    booking.request('POST', '/api/auth/login', { body, headers })
  const cases: [Promise<{ status: number; body: { code: string } }>, number, string][] = [
    [post('{}', { 'content-type': 'text/plain' }), 415, 'unsupported_media_type'],
    [post('{}', { 'content-type': 'application/json; charset=utf-16' }), 415, 'unsupported_media_type'],
    [post('{'), 400, 'malformed_json'],
    [post(`${'['.repeat(40)}${']'.repeat(40)}`), 400, 'malformed_json'],
    [post('{"__proto__":{}}'), 400, 'malformed_json'],
    [post(JSON.stringify({ email: 'x'.repeat(70_000) })), 413, 'body_too_large'],
    [post('{"email":"\\ud800","password":"x"}'), 400, 'invalid_text'],
  ]
  for (const [answer, status, code] of cases) {
    const { status: actual, body } = await answer
    assert.deepEqual([actual, body.code], [status, code])
  }
})

test('unknown addresses are 404, known ones with another method 405, both as JSON', async () => {
  const unknown = await booking.request('GET', '/api/nothing', { token })
  assert.deepEqual([unknown.status, unknown.body.code], [404, 'route_not_found'])
  for (const [request, method, url] of [
    [booking.request, 'DELETE', '/api/bookings/'],
    [booking.request, 'PATCH', '/api/events/1'],
    [booking.request, 'GET', '/api/auth/login/'],
    [crm.request, 'GET', '/api/notify'],
  ] as const) {
    const { status, body, headers } = await request(method, url)
    assert.deepEqual([status, body.code], [405, 'method_not_allowed'], url)
    assert.ok(headers.allow)
  }
})

type Operation = {
  parameters?: { in: string; name: string }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
}
type Schema = { type?: string; properties?: Record<string, Schema>; $ref?: string; items?: Schema }

async function attack(app: App, request: TestRequest, getToken: () => Promise<string>): Promise<number> {
  await app.ready()
  const { paths = {}, components } = app.swagger() as {
    paths?: Record<string, Record<string, Operation>>
    components?: { schemas?: Record<string, Schema> }
  }
  const resolveRef = (schema: Schema): Schema =>
    schema.$ref ? (components?.schemas?.[schema.$ref.split('/').at(-1) ?? ''] ?? {}) : schema
  let count = 0
  const send = async (method: string, url: string, options: object) => {
    const answer = await request(method.toUpperCase() as 'GET', url, { token: await getToken(), ...options })
    judge(answer, `${method} ${url.slice(0, 100)} ${JSON.stringify(options).slice(0, 200)}`)
    count++
  }
  for (const [path, operations] of Object.entries(paths)) {
    const url = path.replaceAll(/\{\w+\}/g, '1')
    for (const [method, operation] of Object.entries(operations)) {
      for (const id of path.includes('{') ? PATH_RUBBISH : []) {
        await send(method, path.replaceAll(/\{\w+\}/g, id), method === 'get' ? {} : { body: '{}' })
      }
      for (const { name } of operation.parameters?.filter((each) => each.in === 'query') ?? []) {
        for (const value of RUBBISH) await send(method, `${url}?${name}=${toQuery(value)}`, {})
        await send(method, `${url}?${name}=1&${name}=2`, {})
        await send(method, `${url}?${name}=%ff%zz`, {})
      }
      if (method === 'get') continue
      for (const body of RAW_BODIES) await send(method, url, { body })
      for (const type of CONTENT_TYPES)
        await send(method, url, { body: '{"event_id":1}', headers: { 'content-type': type } })
      const schema = operation.requestBody?.content['application/json']?.schema
      if (!schema) continue
      const sample = toSample(resolveRef(schema), resolveRef) as object
      for (const { keys, value } of spoil(resolveRef(schema), resolveRef)) {
        await send(method, url, { body: withValue(sample, keys, value) })
      }
    }
  }
  return count
}

function judge({ status, body }: { status: number; body: unknown }, what: string): void {
  assert.ok(status < 500 || status === 503, `${status} for ${what}: ${JSON.stringify(body)}`)
  if (status < 400) return
  const { error, code } = body as { error?: unknown; code?: unknown }
  assert.equal(typeof error, 'string', what)
  assert.match(String(code), /^[a-z_]+$/, what)
  assert.doesNotMatch(
    JSON.stringify(body),
    /node_modules|\.ts\b|at \w+ \(|select |insert into|relation |syntax error|ECONN/i,
    what,
  )
}

/** Every field, however deep, with every kind of rubbish. */
function* spoil(
  schema: Schema,
  resolveRef: (s: Schema) => Schema,
  keys: string[] = [],
): Generator<{ keys: string[]; value: unknown }> {
  for (const [name, child] of Object.entries(schema.properties ?? {})) {
    for (const value of RUBBISH) yield { keys: [...keys, name], value }
    yield* spoil(resolveRef(child), resolveRef, [...keys, name])
  }
}

function toSample(schema: Schema, resolveRef: (s: Schema) => Schema): unknown {
  if (schema.properties) {
    const entries = Object.entries(schema.properties)
    return Object.fromEntries(entries.map(([name, child]) => [name, toSample(resolveRef(child), resolveRef)]))
  }
  if (schema.type === 'array') return [toSample(resolveRef(schema.items ?? {}), resolveRef)]
  return schema.type === 'integer' || schema.type === 'number' ? 1 : 'sample text'
}

function withValue(sample: object, [key = '', ...rest]: string[], value: unknown): object {
  const child = (sample as Record<string, unknown>)[key]
  return { ...sample, [key]: rest.length > 0 ? withValue(child as object, rest, value) : value }
}

function toQuery(value: unknown): string {
  const text = typeof value === 'string' ? value.slice(0, 3_000) : JSON.stringify(value)
  return text?.isWellFormed() ? encodeURIComponent(text) : '%ed%a0%80'
}
