import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ask } from '#harness/clients/ask.ts'
import { residentMegabytes } from '#harness/processes/proc.ts'
import { type ServiceProcess, startService } from '#harness/world/service-process.ts'

const MB = 1024 * 1024
const GROWTH_MAX_MB = 50
const ROUNDS = 5
const TOKEN = 'a-token-that-only-this-test-knows-0123'

let booking: ServiceProcess
let crm: ServiceProcess

before(async () => {
  const crmEnv = { LOG_LEVEL: 'warn', CRM_BEARER_TOKEN: TOKEN }
  const starting = [startService('booking', { LOG_LEVEL: 'warn' }), startService('crm', crmEnv)] as const
  ;[booking, crm] = await Promise.all(starting)
})
after(async () => {
  await booking.stop()
  await crm.stop()
})

const many = (count: number, text: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => text(i)).join(',')

/** Each with the only status it may have. */
const BODIES: Record<string, [body: string, status: number]> = {
  'just over the limit': [`{"email":"${'x'.repeat(64 * 1024)}"}`, 413],
  '3 MB': [`{"email":"${'x'.repeat(3 * MB)}"}`, 413],
  '450,000 lists in one another': ['['.repeat(450_000) + ']'.repeat(450_000), 413],
  '30,000 lists in one another': ['['.repeat(30_000) + ']'.repeat(30_000), 400],
  '10,000 objects in one another': ['{"a":'.repeat(10_000) + 1 + '}'.repeat(10_000), 400],
  '30,000 lists that never end': ['['.repeat(30_000), 400],
  'brackets in a string are no depth': [`{"email":"${'['.repeat(1_000)}","password":"x"}`, 400],
  '100,000 keys': [`{${many(100_000, (i) => `"k${i}":0`)}}`, 413],
  '6,000 keys': [`{${many(6_000, (i) => `"k${i}":0`)}}`, 400],
  '6,000 keys that differ in case only': [`{${many(6_000, (i) => `"${i % 2 ? 'K' : 'k'}${i}":0`)}}`, 400],
  __proto__: ['{"__proto__":{"polluted":true}}', 400],
  '__proto__ in escapes': ['{"__pr\\u006fto__":{"polluted":true}}', 400],
  '__proto__ further down': ['{"a":{"b":[{"__proto__":{"polluted":true}}]}}', 400],
  'constructor.prototype': ['{"constructor":{"prototype":{"polluted":true}}}', 400],
  'a number without end': ['{"email":1e400}', 400],
  'a number of 50,000 digits': [`{"email":${'9'.repeat(50_000)}}`, 400],
  'a lone surrogate': ['{"email":"\\ud800","password":"x"}', 400],
  'NUL in escapes': ['{"email":"a\\u0000@example.com","password":"x"}', 400],
  NUL: ['{"email":"a\0@example.com","password":"x"}', 400],
  'the same key twice': ['{"email":"a@example.com","email":1,"password":"x"}', 400],
  'no JSON': ['\u00ff\u00fe', 400],
  'a text': ['"x"', 400],
}

test('bodies that are too large, too deep or too clever are refused', async () => {
  for (const [name, [body, status]] of Object.entries(BODIES)) {
    assert.deepEqual(await post(booking, '/api/auth/login', body), [status, 'string'], name)
  }
  assert.equal((await fetch(`${booking.url}/health`)).status, 200)
})

test('so are they by the CRM, whose batches may be larger', async () => {
  for (const [name, [body, status]] of Object.entries(BODIES)) {
    assert.deepEqual(await post(crm, '/api/notify', body, TOKEN), [status, 'string'], name)
  }
  const batch = (body: string) => post(crm, '/api/notify/batch', body, TOKEN)
  assert.deepEqual(await batch(`{"notifications":[${many(501, () => '{}')}]}`), [400, 'string'])
  assert.deepEqual(await batch('['.repeat(450_000) + ']'.repeat(450_000)), [400, 'string'])
  assert.deepEqual(await batch(`{"notifications":["${'x'.repeat(3 * MB)}"]}`), [413, 'string'])
  assert.deepEqual(await batch(`{"notifications":[{${many(100_000, (i) => `"k${i}":0`)}}]}`), [
    200,
    'undefined',
  ])
})

test('none of it leaves memory behind', async () => {
  const attack = async () => {
    // Whether each is answered is judged above; here a connection that was closed first counts as refused too.
    for (const [body] of Object.values(BODIES)) await post(booking, '/api/auth/login', body).catch(() => {})
  }
  await attack()
  const before = residentMegabytes(booking.pid())
  for (let round = 0; round < ROUNDS; round++) await attack()
  await sleep(500)
  const growth = residentMegabytes(booking.pid()) - before
  assert.ok(growth <= GROWTH_MAX_MB, `${Math.round(growth)} MB more`)
})

/** Status and the type of `error`. A server that refuses a large body may close before it has read all of it. */
async function post(
  { url }: ServiceProcess,
  path: string,
  body: string,
  token?: string,
): Promise<[number, string]> {
  const answer = await ask('POST', url + path, { body, token })
  return [answer.status, typeof answer.body.error]
}
