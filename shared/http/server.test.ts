import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import Type from 'typebox'
import { declined, unavailable } from '#shared/errors/app-error.ts'
import type { App } from './app.ts'
import { serveOpenApi } from './openapi.ts'
import { createServer } from './server.ts'

const lines: string[] = []
const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })

let app: App
let port: number
let closeListeners = 0

before(async () => {
  const registry = new Registry()
  app = await createServer({ log, corsOrigins: ['https://studio.example'], trustProxy: [], registry })
  await serveOpenApi(app, { title: 'Test', version: '1', description: '' })
  app.get('/fails', () => {
    throw new Error('the secret recipe at /home/cook/recipe.ts')
  })
  app.get('/busy', () => {
    throw unavailable('busy', 'Later, please.')
  })
  app.get('/not-set-up', () => {
    throw declined('not_set_up', 'This is not set up here.', 3_600)
  })
  app.get('/events', { config: { isEventStream: true } }, async (_request, reply) => {
    reply.takeStreamSlot({ kind: 'events', account: 1 })
    await sleep(1)
    reply.openEventStream().mark(1)
    closeListeners = reply.raw.listenerCount('close')
  })
  app.post('/echo', { schema: { body: Type.Object({ n: Type.Integer() }) } }, async ({ body }) => body)
  await app.listen({ host: '127.0.0.1', port: 0 })
  port = (app.server.address() as AddressInfo).port
})
after(() => app.close())

test('every answer carries the security headers, errors too', async () => {
  for (const url of ['/openapi.json', '/nothing', '/fails']) {
    const { headers } = await app.inject(url)
    assert.equal(headers['x-content-type-options'], 'nosniff', url)
    assert.match(String(headers['content-security-policy']), /default-src/, url)
    assert.equal(headers['x-powered-by'], undefined)
  }
})

test('all that waits for the end of a stream shares one listener: Node takes more than ten for a leak', async () => {
  const gone = new AbortController()
  const { body } = await fetch(`http://127.0.0.1:${port}/events`, { signal: gone.signal })
  await body?.getReader().read()
  gone.abort()
  assert.ok(closeListeners > 0 && closeListeners < 5, `${closeListeners} listeners`)
})

test('only listed origins may call from a browser', async () => {
  const ask = async (origin: string) =>
    (await app.inject({ url: '/openapi.json', headers: { origin } })).headers['access-control-allow-origin']
  assert.equal(await ask('https://studio.example'), 'https://studio.example')
  assert.equal(await ask('https://evil.example'), undefined)
  const preflight = async (origin: string) => {
    const headers = { origin, 'access-control-request-method': 'POST' }
    const answer = await app.inject({ method: 'OPTIONS', url: '/echo', headers })
    return [answer.statusCode, answer.headers['access-control-allow-origin']]
  }
  assert.deepEqual(await preflight('https://studio.example'), [204, 'https://studio.example'])
  assert.deepEqual(await preflight('https://evil.example'), [204, undefined])
})

test('an unforeseen error is logged in full and told in general', async () => {
  const response = await app.inject('/fails')
  assert.equal(response.statusCode, 500)
  assert.equal(response.json().code, 'internal_error')
  assert.doesNotMatch(response.body, /secret|recipe/)
  assert.ok(lines.some((line) => line.includes('secret recipe')))
})

test('a no that is meant so is one line at info, without a stack', async () => {
  lines.length = 0
  const { statusCode, headers } = await app.inject('/not-set-up')
  assert.deepEqual([statusCode, headers['retry-after']], [503, '3600'])
  const said = lines.map((line) => JSON.parse(line)).filter(({ level }) => level >= 30)
  assert.deepEqual(
    said.map(({ level, msg, status }) => [level, msg, status]),
    [[30, 'request', 503]],
  )
})

test('of a thousand refusals in a second twenty have a line, and the rest is counted', async (t) => {
  const say = (level: string) => {
    log.level = level
    app.log.level = level
  }
  t.after(() => say('trace'))
  say('info')
  await sleep(1_100)
  lines.length = 0
  for (let i = 0; i < 500; i++) assert.equal((await app.inject('/nothing')).statusCode, 404)
  for (let i = 0; i < 100; i++) assert.equal((await app.inject('/busy')).statusCode, 503)
  assert.equal((await app.inject('/fails')).statusCode, 500)
  await sleep(1_100)
  const said = lines.map((line) => JSON.parse(line))
  const refused = said.filter(({ msg, status }) => msg === 'request' && (status === 404 || status === 503))
  const failed = said.filter(({ msg }) => msg === 'request failed')
  const rest = said.filter(({ msg }) => msg === 'refused requests without a line')
  const untold = rest.reduce((sum, { count }) => sum + count, 0)
  // On a busy machine it may take more than one second.
  assert.ok(refused.length < 200, `${refused.length} lines`)
  assert.equal(refused.length + untold, 600)
  assert.ok(failed.length < 100)
  assert.ok(
    failed.some(({ err }) => err.message.includes('secret recipe')),
    'a fault of ours always has a line',
  )
})

test('a spoofed X-Forwarded-For changes nothing when no proxy is trusted', async () => {
  app.log.level = 'trace'
  const { body } = await app.inject({ url: '/nothing', headers: { 'x-forwarded-for': '1.2.3.4' } })
  assert.doesNotMatch(body + lines.join(''), /1\.2\.3\.4/)
})

test('bytes that are no HTTP are answered in the same form, and the connection is closed', async () => {
  const cases: Record<string, RegExp> = {
    'HELLO\r\n\r\n': /^HTTP\/1\.1 400 .*"code":"bad_request"/s,
    [`GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`]:
      /^HTTP\/1\.1 431 .*"code":"headers_too_large"/s,
    'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n':
      /^HTTP\/1\.1 400 /,
    'GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n': /^HTTP\/1\.1 (400|404) .*"code"/s,
  }
  for (const [bytes, expected] of Object.entries(cases)) {
    const socket = connect(port, '127.0.0.1')
    socket.write(bytes)
    let answer = ''
    socket.setEncoding('utf8').on('data', (text) => {
      answer += text
    })
    await once(socket, 'close')
    assert.match(answer, expected, bytes.slice(0, 40))
  }
})

test('the documentation is served with all that it loads, and its old address leads to it', async () => {
  for (const url of ['/docs', '/docs/']) {
    const { headers, body } = await app.inject(url)
    assert.equal(headers['content-type'], 'text/html; charset=utf-8')
    assert.match(String(headers['content-security-policy']), /default-src 'self'/)
    const loaded = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path)
    assert.equal(loaded.length, 5)
    for (const path of loaded) assert.equal((await app.inject(path)).statusCode, 200, path)
  }
  assert.equal((await app.inject('/apidocs')).headers.location, '/docs')
  assert.equal((await app.inject('/openapi.json')).json().openapi, '3.1.0')
})

test('the documentation has no address at which something is made or opened for each reader', async () => {
  for (const path of [
    '/docs/json',
    '/docs/yaml',
    '/docs/static/',
    '/docs/static/swagger-ui.js',
    '/docs/static//index.css',
  ])
    assert.equal((await app.inject(path)).statusCode, 404, path)
})
