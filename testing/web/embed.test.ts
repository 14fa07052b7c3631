import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Frame, Page } from 'playwright-core'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'
import { expectCount } from './expect.ts'
import { PAGES } from './pages.ts'
import { documentedSnippet, type Site, startSite } from './site.ts'
import { startWebApp, until, type Visitor, type WebApp } from './web-app.ts'

/** What other sites and search engines get: the list in a frame (docs/embedding.md), and events as schema.org has them. */

const PHONE = { width: 390, height: 844 }

let app: WebApp
/** Sites of others. The first is in EMBED_ORIGINS. */
let allowed: Site
let foreign: Site

before(async () => {
  allowed = await startSite(show)
  foreign = await startSite(show)
  app = await startWebApp({ EMBED_ORIGINS: allowed.origin })
})
after(async () => {
  await app.close()
  await allowed.close()
  await foreign.close()
})

/** Its own policy allows no more than the documentation asks for. It has the snippet, with the attributes of the query, or these frames. */
function show({ searchParams }: URL) {
  const paths = searchParams.getAll('frame')
  const frames = paths.map((path) => `<iframe src="${app.api}${path}"></iframe>`).join('')
  return {
    html: `<!doctype html><html lang="en"><link rel="icon" href="data:," /><title>A studio</title>
<meta name="viewport" content="width=device-width" /><h1>A studio</h1>
${frames || documentedSnippet(app.api, searchParams)}<p>End</p></html>`,
    headers: {
      'content-security-policy': `default-src 'none'; img-src data:; script-src ${app.api}; frame-src ${app.api}`,
    },
  }
}

/** The frame, once there is something in it: the list, or what the browser shows instead. */
async function frameOf(page: Page): Promise<Frame> {
  await waitUntil(() => /^(http|chrome-error)/.test(page.frames()[1]?.url() ?? ''), 10_000)
  return page.frames()[1] as Frame
}

const BLOCKED = 'chrome-error://chromewebdata/'

/** How many frames the browser refused until here. It may also complain of answers that are no pages, and of nothing else. */
async function refusalsUntil(leaving: Promise<void>): Promise<number> {
  const complaints = await leaving.then(
    () => [],
    ({ actual }: { actual: string[] }) => actual,
  )
  const refusals = complaints.filter((text) => /^Framing .*frame-ancestors/.test(text))
  const others = complaints.filter((text) => !refusals.includes(text))
  assert.deepEqual(
    others.filter((text) => !/^Failed to load resource: .* status of 40[04]/.test(text)),
    [],
  )
  return refusals.length
}

test('the documented snippet shows the list on a site that is allowed, as high as it is', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await page.goto(allowed.origin)
  const frame = await frameOf(page)
  await frame.getByRole('link', { name: 'Morning Meditation Session' }).waitFor()
  await expectCount(frame.getByRole('link'), 12)
  assert.equal(await page.locator('iframe').getAttribute('title'), 'Events')
  for (const width of [1280, PHONE.width, 320]) {
    await page.setViewportSize({ width, height: PHONE.height })
    await fitsItsList(page, frame)
  }
  await visitor.leave()
})

/** Neither scrolls in itself nor leaves room, and never to the side. */
async function fitsItsList(page: Page, frame: Frame): Promise<void> {
  const sizes = () =>
    frame.evaluate(`(() => {
      const { offsetHeight, scrollHeight, scrollWidth } = document.documentElement
      return { offsetHeight, scrollHeight, scrollWidth, innerHeight, innerWidth, width: document.documentElement.clientWidth }
    })()`) as Promise<Record<string, number>>
  const isFit = async () => {
    const { offsetHeight = 0, scrollHeight = 0, innerHeight = 0 } = await sizes()
    return scrollHeight <= innerHeight && innerHeight - offsetHeight < 2
  }
  await waitUntil(isFit, 10_000).catch(async () => assert.fail(JSON.stringify(await sizes())))
  const { innerWidth, width, scrollWidth, innerHeight } = await sizes()
  assert.deepEqual([width, scrollWidth], [innerWidth, innerWidth], 'no scrollbar')
  const box = await page.locator('iframe').boundingBox()
  assert.equal(box?.height, innerHeight)
}

test('a short list has a low frame, and the attributes choose what it has', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await page.goto(`${allowed.origin}/?data-type=retreat&data-title=Our%20retreats`)
  const frame = await frameOf(page)
  await frame.getByRole('link', { name: 'Forest Silence Retreat' }).waitFor()
  await expectCount(frame.getByRole('link', { name: 'Vinyasa Flow' }), 0)
  await fitsItsList(page, frame)
  assert.equal(await page.locator('iframe').getAttribute('title'), 'Our retreats')
  const { height = 0 } = (await page.locator('iframe').boundingBox()) ?? {}
  assert.ok(height < 384, `${height} px, less than before the list was there`)
  await visitor.leave()
})

test('the list follows the reader’s light and dark, or keeps to what the site says', async () => {
  const visitor = await app.visit({ colorScheme: 'light' })
  const { page } = visitor
  const paper = async () => {
    const frame = await frameOf(page)
    await frame.getByRole('link').first().waitFor()
    return frame.evaluate('getComputedStyle(document.body).backgroundColor')
  }
  const [day, night] = ['rgb(255, 253, 248)', 'rgb(22, 29, 46)']
  await page.goto(allowed.origin)
  assert.equal(await paper(), day)
  await page.emulateMedia({ colorScheme: 'dark' })
  assert.equal(await paper(), night)
  await page.goto(`${allowed.origin}/?data-theme=light`)
  assert.equal(await paper(), day)
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto(`${allowed.origin}/?data-theme=dark`)
  assert.equal(await paper(), night)
  await visitor.leave()
})

test('an event opens in a new tab, which is ours and knows nothing of the site', async () => {
  const visitor = await app.visit({ viewport: PHONE, hasTouch: true })
  const { page } = visitor
  await page.goto(allowed.origin)
  const frame = await frameOf(page)
  const opened = page.context().waitForEvent('page')
  await frame.getByRole('link', { name: 'Vinyasa Flow' }).click()
  const tab = await opened
  await tab.getByRole('heading', { level: 1, name: 'Vinyasa Flow' }).waitFor()
  assert.equal(new URL(tab.url()).pathname, '/events/2')
  assert.equal(await tab.evaluate('opener'), null)
  await tab.locator('[data-thumb-bar]').getByRole('button', { name: 'Book' }).waitFor()
  assert.equal(new URL(page.url()).origin, allowed.origin)
  await visitor.leave()
})

test('a site that is not allowed shows nothing of it, for no other reason than the header', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await page.goto(foreign.origin)
  const frame = await frameOf(page)
  assert.equal(frame.url(), BLOCKED)
  await expectCount(frame.getByRole('link', { name: 'Morning Meditation Session' }), 0)
  assert.equal(await refusalsUntil(visitor.leave()), 1)

  // The same site and the same page without the header: what this test sees when somebody removes it.
  const control = await app.visit()
  await control.page.route('**/embed/events?**', async (route) => {
    const response = await route.fetch()
    const { 'content-security-policy': _, 'x-frame-options': __, ...headers } = response.headers()
    await route.fulfill({ response, headers })
  })
  await control.page.goto(foreign.origin)
  const shown = await frameOf(control.page)
  await shown.getByRole('link', { name: 'Morning Meditation Session' }).waitFor()
  assert.notEqual(shown.url(), BLOCKED)
  assert.equal(await refusalsUntil(control.leave()), 0)
})

test('no other page can be framed, not even by the site that is allowed', async () => {
  const others = [
    ...PAGES.map(({ path }) => path),
    '/%',
    '/embed/events?theme=pink',
    '/embed.js',
    '/api/programme',
    '/api/no-such-path',
    '/docs',
    '/openapi.json',
    '/dev/mail',
    '/unsubscribe?link=x',
    '/events/1/cover.png',
    '/robots.txt',
    '/sitemap.xml',
    '/manifest.webmanifest',
    '/favicon.ico',
    '/metrics',
    '/health',
  ]
  const paths = [...new Set(others)]
  const query = ['/embed/events', ...paths].map((path) => `frame=${encodeURIComponent(path)}`).join('&')
  const visitor = await app.visit()
  const { page } = visitor
  await page.goto(`${allowed.origin}/?${query}`)
  assert.equal(await page.locator('iframe').count(), paths.length + 1)
  const [list, ...frames] = page.frames().slice(1)
  await list?.getByRole('link', { name: 'Morning Meditation Session' }).waitFor()
  const shown = paths.filter((_, i) => frames[i]?.url() !== BLOCKED)
  assert.deepEqual(shown, [])
  assert.equal(frames.length, paths.length)
  assert.equal(await refusalsUntil(visitor.leave()), paths.length)
})

const HOSTILE =
  '</script><script>window.hasRun = 1</script> <!--<script> "Ruhe" & \'Stille\' \\u003c שלום مرحبا 🧘🏽‍♀️ ]]>'

test('whatever an event is called, the browser reads what search engines read, and runs nothing of it', async () => {
  const start = new Date(Math.floor(Date.now() / 60_000) * 60_000 + 60 * 86_400_000)
  const { event } = await app.ask('POST', '/api/events/', {
    token: await app.tokenOf('jane.smith@example.com'),
    body: {
      title: HOSTILE,
      description: `${HOSTILE}\n\u2028<img src=x onerror="window.hasRun = 2">`,
      event_type: 'session',
      start_datetime: start.toISOString(),
      end_datetime: new Date(start.getTime() + 3_600_000).toISOString(),
      location: HOSTILE,
      max_participants: 9,
      price: 20,
    },
  })
  const visitor = await app.visit()
  const { page } = visitor
  await page.addInitScript(`window.violations = []
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => violations.push(violatedDirective + ' ' + blockedURI))`)
  const response = await page.goto(`/events/${event.id}`)
  assert.match(response?.headers()['content-security-policy'] ?? '', /script-src 'self' 'sha256-/)
  await page.getByRole('heading', { level: 1, name: '"Ruhe" & \'Stille\'' }).waitFor()
  await visitor.settle()
  const scripts = (await page.evaluate(
    `[...document.querySelectorAll('script[type="application/ld+json"]')].map(({ textContent }) => JSON.parse(textContent))`,
  )) as Record<string, unknown>[]
  assert.equal(scripts.length, 1)
  const [{ name, description, location, offers, eventStatus, startDate } = {}] = scripts
  assert.equal(name, event.title)
  assert.ok(event.title.includes('</script><script>window.hasRun = 1</script>'), 'stored as it was written')
  assert.equal(description, event.description)
  assert.equal((location as { name: string }).name, event.location)
  assert.equal((offers as { price: number }).price, 20)
  assert.equal(eventStatus, 'https://schema.org/EventScheduled')
  assert.equal(Date.parse(String(startDate)), start.getTime())
  await expectNothingRan(visitor)
  // The same words in the list for other sites.
  await page.goto(`${allowed.origin}/`)
  const frame = await frameOf(page)
  await frame.getByRole('link', { name: '"Ruhe" & \'Stille\'' }).waitFor()
  assert.equal(await frame.evaluate('window.hasRun'), undefined)
  await visitor.leave()
})

async function expectNothingRan({ page }: Visitor): Promise<void> {
  await until(page, "document.readyState === 'complete'")
  assert.deepEqual(await page.evaluate('window.violations'), [])
  assert.equal(await page.evaluate('window.hasRun'), undefined)
}
