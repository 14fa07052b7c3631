import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { pino } from 'pino'
import { loadConfig } from '#booking/config.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { requester, type TestRequest } from '#harness/apps/test-request.ts'
import { anEvent } from '#harness/data/factories.ts'
import type { App } from '#shared/http/app.ts'
import { createServer } from '#shared/http/server.ts'
import { openWebApp, webAppRoutes } from './web-app.routes.ts'

const SCRIPT = 'document.documentElement.dataset.light = "yes"'
const HTML = `<!doctype html><title>Built</title><script>${SCRIPT}</script><div id="root"></div><noscript>No</noscript>`
const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

const dist = mkdtempSync(join(tmpdir(), 'stillpoint-dist-'))
const apps: App[] = []
let booking: TestBooking
let request: TestRequest

before(async () => {
  booking = await startTestBooking()
  mkdirSync(join(dist, 'assets'))
  const files = {
    'index.html': HTML,
    'assets/main-1a.js': 'let a',
    'assets/main-1a.js.br': 'js-br',
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dist, name), text)
  request = await serve(dist)
})
after(async () => {
  for (const app of apps) await app.close()
  await booking.close()
  rmSync(dist, { recursive: true })
})

async function serve(from: string, env: Record<string, string> = {}): Promise<TestRequest> {
  const deps = { ...booking.deps, config: loadConfig(env) }
  const webApp = await openWebApp(deps, from)
  const app = await createServer({
    log: pino({ level: 'silent' }),
    corsOrigins: [],
    trustProxy: [],
    sendPage: webApp?.sendPage,
  })
  app.put('/api/events/:id/cancel', async () => ({}))
  if (webApp) webAppRoutes(app, deps, webApp)
  apps.push(app)
  return requester(app)
}

test('every path of the app answers with the app, which must be revalidated; an unknown one with 404', async () => {
  const id = await anEvent(booking.deps)
  for (const [path, expected] of [
    ['/', 200],
    ['/events', 200],
    [`/events/${id}?view=calendar`, 200],
    ['/facilitators/', 200],
    ['/bookings', 200],
    ['/manage/events/7', 200],
    ['/no/such/page', 404],
    ['/events/999999', 404],
    ['/events/x', 404],
    ['/facilitators/99999999999', 404],
    ['/__proto__', 404],
  ] as const) {
    const { status, headers, body } = await request('GET', path, { headers: BROWSER })
    assert.equal(status, expected, path)
    assert.match(body, /<script>document.*<div id="root">/, path)
    assert.equal(headers['cache-control'], 'no-cache')
    assert.equal(headers['content-type'], 'text/html; charset=utf-8')
  }
})

test('what takes anything gets the pages too, as monitors and previews of links do', async () => {
  for (const headers of [{ accept: '*/*' }, { accept: '' }, {}, { accept: 'text/*' }]) {
    const { status, headers: sent } = await request('GET', '/', { headers })
    assert.deepEqual(
      [status, sent['content-type']],
      [200, 'text/html; charset=utf-8'],
      JSON.stringify(headers),
    )
  }
  const head = await request('HEAD', '/', { headers: { accept: '*/*' } })
  assert.deepEqual([head.status, head.body], [200, ''])
  assert.equal((await request('GET', '/events/999999', { headers: { accept: '*/*' } })).status, 404)
  const api = await request('GET', '/api/nothing', { headers: { accept: '*/*' } })
  assert.deepEqual([api.status, api.body.code], [404, 'route_not_found'])
})

test('programs get a JSON 404 for unknown paths, and so does every path of the API', async () => {
  for (const [path, headers] of [
    ['/events', { accept: 'application/json' }],
    ['/api/nothing', BROWSER],
    ['/api', BROWSER],
    ['/assets/gone-1a.js', BROWSER],
  ] as const) {
    const { status, body } = await request('GET', path, { headers })
    assert.deepEqual([status, body.code], [404, 'route_not_found'], path)
  }
  const other = await request('GET', '/api/events/7/cancel', { headers: BROWSER })
  assert.deepEqual([other.status, other.headers.allow], [405, 'PUT'])
  assert.equal((await request('POST', '/events', { headers: BROWSER })).status, 404)
})

test('an address that cannot be read has the page as well, as something that was asked in the wrong way', async () => {
  for (const path of [
    '/events/%E0%A4%A',
    '/%',
    '/%zz',
    '/events/%ff?q=1',
    '/a%2',
    '/%C0%80/b',
    '/events/7/%',
  ]) {
    const { status, headers, body } = await request('GET', path, { headers: BROWSER })
    assert.deepEqual([status, headers['content-type']], [400, 'text/html; charset=utf-8'], path)
    assert.match(body, /<div id="root">/, path)
    assert.match(String(headers['content-security-policy']), /script-src/, path)
    assert.equal(headers['x-content-type-options'], 'nosniff', path)
    const known = { ...BROWSER, 'if-none-match': String(headers.etag) }
    assert.equal((await request('GET', path, { headers: known })).status, 400, path)
  }
})

test('and none for programs, for the API, for files, and for what is sent', async () => {
  for (const [method, path, headers] of [
    ['GET', '/events/%E0%A4%A', { accept: 'application/json' }],
    ['GET', '/events/%E0%A4%A', {}],
    ['GET', '/api/events/%E0%A4%A', BROWSER],
    ['GET', '/api/%zz', BROWSER],
    ['GET', '/assets/%', BROWSER],
    ['GET', '/docs/%zz', BROWSER],
    ['POST', '/events/%', BROWSER],
  ] as const) {
    const { status, body } = await request(method, path, { headers })
    assert.deepEqual([status, body.code], [400, 'bad_url'], path)
  }
})

test('files are cached for a year, and sent compressed to clients that accept it', async () => {
  const plain = await request('GET', '/assets/main-1a.js')
  assert.deepEqual([plain.status, plain.body], [200, 'let a'])
  assert.equal(plain.headers['cache-control'], 'public, max-age=31536000, immutable')
  const small = await request('GET', '/assets/main-1a.js', { headers: { 'accept-encoding': 'gzip, br' } })
  assert.deepEqual([small.headers['content-encoding'], small.body], ['br', 'js-br'])
  assert.match(String(small.headers.vary), /accept-encoding/i)
  const page = await request('GET', '/', { headers: { ...BROWSER, 'accept-encoding': 'gzip' } })
  assert.equal(page.headers['content-encoding'], 'gzip')
})

test('nothing outside the files is reachable', async () => {
  for (const path of ['/assets/../index.html', '/assets/%2e%2e/index.html', '/assets/..%2findex.html'])
    assert.notEqual((await request('GET', path)).status, 200, path)
})

test('only scripts of ours run: no inline ones but the one whose hash is given', async () => {
  const { headers } = await request('GET', '/', { headers: BROWSER })
  const policy = String(headers['content-security-policy'])
  const scripts = policy.split('; ').find((each) => each.startsWith('script-src '))
  const hash = createHash('sha256').update(SCRIPT).digest('base64')
  assert.equal(scripts, `script-src 'self' 'sha256-${hash}'`)
  assert.match(policy, /default-src 'none'/)
  assert.match(policy, /frame-ancestors 'none'/)
  assert.doesNotMatch(policy, /google/)
  assert.equal(headers['x-content-type-options'], 'nosniff')
})

test('the policy allows Google only where Google sign-in is configured', async () => {
  const configured = await serve(dist, { GOOGLE_CLIENT_ID: 'id.apps.example' })
  const { headers } = await configured('GET', '/', { headers: BROWSER })
  assert.match(
    String(headers['content-security-policy']),
    /script-src [^;]*https:\/\/accounts\.google\.com\/gsi\/client/,
  )
  assert.equal(headers['cross-origin-opener-policy'], 'same-origin-allow-popups')
})

test('without a build the API is all there is', async () => {
  const bare = await serve(join(dist, 'nowhere'))
  assert.deepEqual((await bare('GET', '/', { headers: BROWSER })).status, 404)
  assert.deepEqual((await bare('GET', '/%', { headers: BROWSER })).body.code, 'bad_url')
})
