import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { visitFirst } from '#harness/browser/first-visit.ts'
import { DEMO_PASSWORD, startWebApp, type WebApp } from './web-app.ts'

/** What a first visit costs, and what the server says along with it. */

const DIST = join(import.meta.dirname, '../../web/dist')
const INITIAL_SCRIPT_MAX_BYTES = 200 * 1024
/** What people are promised; and what a page may take whose processor is mostly busy with other things. */
const INTERACTIVE_MAX_MS = 1_500
const BUSY_MAX_MS = 6_000
const VISITS_MAX = 5
/** Of everything that a first visit loads, with heads. */
const FIRST_LOAD_MAX_BYTES = 250_000
const SHIFT_MAX = 0.05

type Chunk = { file: string; isEntry?: boolean; imports?: string[]; css?: string[] }
const manifest: Record<string, Chunk> = JSON.parse(readFileSync(join(DIST, 'manifest.json'), 'utf8'))

let app: WebApp

before(async () => {
  app = await startWebApp()
})
after(() => app.close())

/** The files of these parts and of all that they need at once. */
function filesOf(names: string[], known = new Set<string>()): Set<string> {
  for (const name of names) {
    const chunk = manifest[name]
    if (!chunk || known.has(chunk.file)) continue
    for (const file of [chunk.file, ...(chunk.css ?? [])]) known.add(file)
    filesOf(chunk.imports ?? [], known)
  }
  return known
}

const entries = Object.keys(manifest).filter((name) => manifest[name]?.isEntry)
const bytesOf = (files: string[]) => files.reduce((sum, file) => sum + statSync(join(DIST, file)).size, 0)

for (const page of ['welcome/home', 'programme/events', 'programme/event', 'programme/facilitator']) {
  test(`a first visit loads at most 200 kB of script, gzipped, with ${page}-page`, () => {
    const files = [...filesOf([...entries, `pages/${page}-page.tsx`])].filter((file) => file.endsWith('.js'))
    assert.ok(files.length >= 2)
    const total = bytesOf(files.map((file) => `${file}.gz`))
    assert.ok(total <= INITIAL_SCRIPT_MAX_BYTES, `${Math.round(total / 1024)} kB: ${files.join(', ')}`)
  })
}

test('on each page scripts, styles and fonts are at most 250 kB, compressed', (t) => {
  const html = readFileSync(join(DIST, 'index.html'), 'utf8')
  const fonts = [...html.matchAll(/href="\/(assets\/[^"]+\.woff2)"/g)].map(([, file = '']) => file)
  assert.equal(fonts.length, 2)
  const pages = readdirSync(join(DIST, '../pages'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('-page.tsx'),
  )
  assert.ok(pages.length >= 20)
  for (const page of pages) {
    assert.ok(manifest[`pages/${page}`], page)
    const files = ['index.html', ...filesOf([...entries, `pages/${page}`])].map((file) => `${file}.br`)
    const total = bytesOf([...files, ...fonts])
    t.diagnostic(`${page}: ${total}`)
    assert.ok(total <= FIRST_LOAD_MAX_BYTES, `${page}: ${total} bytes`)
  }
})

test('every component of Mantine that is used has its styles', () => {
  const read = (file: string) => readFileSync(file, 'utf8')
  const built = readdirSync(join(DIST, 'assets'))
  const textOf = (ending: string) =>
    built
      .filter((name) => name.endsWith(ending))
      .map((name) => read(join(DIST, 'assets', name)))
      .join('')
  const classesIn = (text: string) => new Set(text.match(/\bm_[0-9a-f]{6,8}\b/g))
  const whole = classesIn(read(join(DIST, '../../node_modules/@mantine/core/styles.css')))
  const styles = classesIn(textOf('.css'))
  const missing = [...classesIn(textOf('.js'))].filter((name) => whole.has(name) && !styles.has(name))
  assert.deepEqual(missing, [], 'their files are to be added to web/theme/mantine.css')
})

test('the theme is stronger than the styles of the components', async () => {
  const visitor = await app.visit()
  await visitor.page.goto('/login')
  await visitor.page.getByRole('heading', { level: 1 }).waitFor()
  const font = await visitor.page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily")
  assert.match(String(font), /^Newsreader/)
  await visitor.leave()
})

test('the server sends the page with a strict policy, and its files for a year', async () => {
  const page = await fetch(`${app.api}/events/1`, { headers: { accept: 'text/html' } })
  assert.equal(page.status, 200)
  const policy = page.headers.get('content-security-policy') ?? ''
  const scripts = policy.split('; ').find((each) => each.startsWith('script-src ')) ?? ''
  assert.match(scripts, /^script-src 'self' 'sha256-[\w+/=]+' 'sha256-[\w+/=]+'$/)
  assert.equal(page.headers.get('cache-control'), 'no-cache')
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(await page.text())?.[1]
  const file = await fetch(`${app.api}${script}`, { headers: { 'accept-encoding': 'br' } })
  assert.equal(file.headers.get('content-encoding'), 'br')
  assert.equal(file.headers.get('cache-control'), 'public, max-age=31536000, immutable')
})

test('the documentation of both services shows their operations', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  for (const [url, path] of [
    [app.api, '/api/events/{id}/waitlist'],
    [app.crm, '/api/notify/batch'],
  ] as const) {
    await page.goto(`${url}/docs`)
    await page.locator(`[data-path="${path}"]`).first().waitFor()
    await page.getByRole('button', { name: 'Authorize' }).waitFor()
  }
  await visitor.leave()
})

test('a foreign script in the page does not run', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await page.goto('/')
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.evaluate(`{
    const script = document.createElement('script')
    script.textContent = 'window.hasRun = true'
    document.body.append(script)
  }`)
  assert.equal(await page.evaluate('window.hasRun'), undefined)
  await visitor.leave().catch(({ message }: Error) => assert.match(message, /Content Security Policy/))
})

for (const path of ['/', '/events']) {
  test(`${path} is there within a second and a half`, async (t) => {
    const times: number[] = []
    const isBusy = (loadavg()[0] ?? 0) > availableParallelism()
    const maxMs = isBusy ? BUSY_MAX_MS : INTERACTIVE_MAX_MS
    // What else the machine is doing adds to each visit: one that it leaves alone is enough.
    for (let i = 0; i < VISITS_MAX && Math.min(...times) >= maxMs; i++) {
      const visitor = await app.visit()
      const { page } = visitor
      await page.goto(path)
      await page.getByRole('link', { name: 'Morning Meditation Session' }).waitFor()
      times.push((await page.evaluate('performance.now()')) as number)
      await visitor.leave()
    }
    t.diagnostic(
      `the programme could be read and used after ${times.map(Math.round).join(', ')} ms${isBusy ? ', busy' : ''}`,
    )
    assert.ok(Math.min(...times) < maxMs, `${times}`)
  })
}

test('with a studio of some size little is loaded and little moves, on a slow line too', async (t) => {
  await app.addStudio()
  const body = { email: 'studio-3@example.com', password: DEMO_PASSWORD }
  const { user, access_token, refresh_token } = await app.ask('POST', '/api/auth/login', { body })
  const value = JSON.stringify({ user, access_token, refresh_token })
  const session = [{ name: 'stillpoint.session', value }]
  const { bookings } = await app.ask('GET', '/api/bookings/?upcoming=true&status=confirmed', {
    token: access_token,
  })
  await app.ask('PUT', `/api/events/${bookings[0].event.id}`, {
    token: await app.tokenOf('admin@example.com'),
    body: { location: 'The garden' },
  })
  const storageState = { cookies: [], origins: [{ origin: app.api, localStorage: session }] }
  for (const { path, content = 'article', ...visit } of [
    { path: '/' },
    { path: '/events' },
    { path: '/events/1', content: 'h1' },
    { path: '/bookings', storageState },
    ...['/', '/bookings'].map((path) => ({
      path,
      content: 'text=News about your bookings',
      storageState,
      viewport: { width: 390, height: 844 },
    })),
  ]) {
    const seen = await visitFirst(app.browser, { url: `${app.api}${path}`, content, ...visit })
    t.diagnostic(`${path} ${JSON.stringify(seen)}`)
    assert.ok(seen.bytes <= FIRST_LOAD_MAX_BYTES, `${path}: ${seen.bytes} bytes`)
    assert.ok(seen.shift <= SHIFT_MAX, `${path}: shift of ${seen.shift}`)
  }
})
