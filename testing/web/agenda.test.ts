import assert from 'node:assert/strict'
import { availableParallelism, loadavg } from 'node:os'
import { after, before, test } from 'node:test'
import { expectCount, expectText } from './expect.ts'
import { startWebApp, until, type WebApp } from './web-app.ts'

/** The programme as a list of days, for readers without a login. */

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true }
const DAY_MS = 86_400_000
/** What a reader does not notice while scrolling, on a machine that does nothing else. */
const TASK_MAX_MS = 100
const JANE = 'jane.smith@example.com'

let app: WebApp

before(async () => {
  app = await startWebApp()
})
after(() => app.close())

async function anEvent(more: object): Promise<number> {
  const start = Date.now() + 60 * DAY_MS
  const { event } = await app.ask('POST', '/api/events/', {
    token: await app.tokenOf(JANE),
    body: {
      title: 'A Chair by the Window',
      event_type: 'session',
      start_datetime: new Date(start).toISOString(),
      end_datetime: new Date(start + 3_600_000).toISOString(),
      max_participants: 10,
      ...more,
    },
  })
  return event.id
}

test('twelve events take 1,400 px of a phone, each of them a row that a finger can hit', async (t) => {
  const visitor = await app.visit(PHONE)
  const { page } = visitor
  await page.goto('/events')
  await page.getByRole('article').nth(11).waitFor()
  await visitor.settle()
  await expectText(page.getByRole('main').getByRole('status'), /^12 events$/)
  const filters = await page.getByRole('button', { name: 'Filters', exact: true }).boundingBox()
  assert.ok(filters && filters.x + filters.width <= PHONE.viewport.width)
  const { bottom, rows } = (await page.evaluate(`(() => {
    const rows = [...document.querySelectorAll('article')].map((each) => each.getBoundingClientRect())
    return { bottom: rows[11].bottom + scrollY, rows: rows.map(({ height }) => height) }
  })()`)) as { bottom: number; rows: number[] }
  t.diagnostic(`the twelfth ends at ${Math.round(bottom)} px`)
  assert.ok(bottom <= 1_400, `${bottom}`)
  assert.ok(Math.min(...rows) >= 64, `${rows}`)
  await visitor.leave()
})

test('the day that is read stays at the top', async () => {
  const visitor = await app.visit(PHONE)
  const { page } = visitor
  await page.goto('/events')
  await page.getByRole('article').nth(11).waitFor()
  const days = page.locator('main section h2')
  await page.evaluate(
    "scrollTo(0, document.querySelectorAll('article')[1].getBoundingClientRect().top + scrollY - 80)",
  )
  const header = await page.getByRole('banner').boundingBox()
  const day = await days.first().boundingBox()
  assert.ok(header && day && Math.abs(day.y - header.y - header.height) < 2, JSON.stringify({ header, day }))
  await visitor.leave()
})

test('a row says what there is to know: few seats, none, one’s own, and what is on now', async () => {
  const full = await anEvent({ title: 'Full Moon', max_participants: 1 })
  const few = await anEvent({ title: 'Few Chairs', max_participants: 5 })
  const tokens = await Promise.all([1, 2, 3, 4].map((i) => app.tokenOf(`guest-${i}@example.com`)))
  await app.ask('POST', '/api/bookings/', { token: tokens[0] as string, body: { event_id: full } })
  await anEvent({
    title: 'A Week of Silence',
    event_type: 'retreat',
    start_datetime: new Date(Date.now() + 4_000).toISOString(),
    end_datetime: new Date(Date.now() + 3 * DAY_MS).toISOString(),
  })
  for (const token of tokens.slice(1))
    await app.ask('POST', '/api/bookings/', { token, body: { event_id: few } })
  const stranger = await app.visit(PHONE)
  const row = (visitor: typeof stranger, title: string) =>
    visitor.page.getByRole('article').filter({ hasText: title })
  await stranger.page.goto('/events')
  await expectText(row(stranger, 'Full Moon'), /Full · waiting list/)
  await expectText(row(stranger, 'Few Chairs'), /with Jane Smith · Online\s*Free/)
  await expectText(row(stranger, 'A Week of Silence'), /On now/)
  const first = stranger.page.locator('main section', { hasText: 'A Week of Silence' })
  // After midnight in Berlin that day has not begun in the rooms of the demo, which are in UTC: then it is named without “Today”.
  const [berlin, utc] = ['Europe/Berlin', 'UTC'].map((timeZone) =>
    new Intl.DateTimeFormat('sv-SE', { timeZone }).format(Date.now()),
  )
  const heading = first.getByRole('heading', { level: 2 })
  await expectText(heading, berlin === utc ? /^Today · / : /^\w+ \d+ \w+$/)
  await app
    .ask('POST', '/api/bookings/', { token: tokens[0] as string, body: { event_id: few } })
    .catch(() => {})
  await stranger.leave()
  const guest = await app.visit(PHONE)
  await guest.logIn('guest-1@example.com')
  await expectText(row(guest, 'Full Moon'), /Booked ✓/)
  await guest.leave()
})

test('today, the weekend, what is online and retreats are one press away, and stand in the address', async () => {
  const visitor = await app.visit(PHONE)
  const { page } = visitor
  await page.goto('/events')
  const chip = (name: string) => page.getByRole('button', { name, exact: true })
  for (const [name, search] of [
    ['Today', '?when=today'],
    ['Weekend', '?when=weekend'],
  ] as const) {
    await chip(name).click()
    await page.waitForURL((url) => url.search === search)
  }
  await chip('Weekend').click()
  await page.waitForURL((url) => url.search === '')
  await chip('Online').click()
  await page.waitForURL('**/events?online=true')
  await page.getByRole('link', { name: 'Online Yoga Nidra' }).waitFor()
  await expectCount(page.getByRole('link', { name: 'Vinyasa Flow' }), 0)
  await page.reload()
  await page.getByRole('link', { name: 'Online Yoga Nidra' }).waitFor()
  assert.equal(await chip('Online').getAttribute('aria-pressed'), 'true')
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await chip('Retreats').click()
  await page.waitForURL('**/events?type=retreat')
  await page.getByRole('link', { name: 'Forest Silence Retreat' }).waitFor()
  await visitor.leave()
})

test('a day of the week strip is shown alone', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await page.goto('/events')
  const strip = page.getByRole('region', { name: 'Days of the week' })
  await strip.getByRole('button', { name: 'Later week' }).click()
  const day = strip.getByRole('button', { pressed: false }).nth(1)
  const [, name] = /(\d+ \w+)$/.exec((await day.textContent()) ?? '') ?? []
  await day.click()
  await page.waitForURL(/from=(\d{4}-\d\d-\d\d)&to=\1/)
  await expectText(page.locator('main h2'), new RegExp(`${name}|No events found`))
  await strip.getByRole('button', { pressed: true }).click()
  await page.waitForURL((url) => url.search === '')
  await visitor.leave()
})

test('a thousand events are shown bit by bit, scroll without a stutter, and are there again on the way back', async (t) => {
  await app.addEvents(1_000)
  const visitor = await app.visit(PHONE)
  const { page } = visitor
  await page.goto('/events?page=19')
  await page.getByRole('article').nth(949).waitFor({ state: 'attached' })
  // By the keyboard: a pointer that comes at once would press while the rows above are laid out, and release on one of them.
  await page.getByRole('button', { name: 'Show more' }).press('Enter')
  await page.getByRole('article').nth(999).waitFor({ state: 'attached' })
  await page.waitForURL('**/events?page=20')
  const { frames, long, height } = (await page.evaluate(SCROLL)) as {
    frames: number[]
    long: number[]
    height: number
  }
  const slowest = frames
    .toSorted((a, b) => b - a)
    .slice(0, 5)
    .map(Math.round)
  t.diagnostic(`${height} px in ${frames.length} frames, the slowest ${slowest} ms; long tasks ${long}`)
  assert.ok(height > 60_000, `${height} px`)
  const isBusy = (loadavg()[0] ?? 0) > availableParallelism()
  const maxMs = isBusy ? 4 * TASK_MAX_MS : TASK_MAX_MS
  assert.ok(Math.max(0, ...long) <= maxMs, `long tasks of ${long} ms`)
  assert.ok(
    isBusy || long.length <= frames.length / 20,
    `${long.length} long tasks in ${frames.length} frames`,
  )
  await page.evaluate('scrollTo(0, 30000)')
  const title = page.getByRole('article').nth(470).getByRole('link')
  await title.scrollIntoViewIfNeeded()
  const before = Number(await page.evaluate('scrollY'))
  await title.click()
  await page.getByRole('link', { name: '← What is on' }).waitFor()
  await page.goBack()
  await page.getByRole('article').nth(999).waitFor({ state: 'attached' })
  await until(page, `Math.abs(scrollY - ${before}) < 100`)
  await visitor.leave()
})

test('a processor that is a quarter as fast keeps up with the wheel', async (t) => {
  const visitor = await app.visit(PHONE)
  const { page } = visitor
  await page.goto('/events?page=20')
  await page.getByRole('article').nth(999).waitFor({ state: 'attached' })
  const browser = await page.context().newCDPSession(page)
  await browser.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  await page.evaluate('scrollTo(0, 0)')
  await page.getByRole('heading', { level: 1 }).hover()
  await page.evaluate(WATCH)
  await page.mouse.move(200, 400)
  for (const end = 'scrollY + innerHeight >= document.documentElement.scrollHeight - 1'; ; ) {
    await page.mouse.wheel(0, 240)
    await page.waitForTimeout(16)
    if (await page.evaluate(end)) break
  }
  const { frames, long } = (await page.evaluate('watched')) as { frames: number[]; long: number[] }
  const slow = frames.filter((ms) => ms > 34).length
  const isBusy = (loadavg()[0] ?? 0) > availableParallelism()
  const share = `${slow} of ${frames.length} frames took more than 34 ms`
  t.diagnostic(`${share}; ${long.length} long tasks, of ${Math.round(Math.max(0, ...long))} ms at most`)
  assert.ok(frames.length > 300, `${frames.length} frames`)
  assert.ok(slow <= frames.length * (isBusy ? 0.4 : 0.1), share)
  await visitor.leave()
})

const WATCH = `{
  window.watched = { frames: [], long: [] }
  new PerformanceObserver((list) => watched.long.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' })
  let last
  const step = (at) => {
    if (last !== undefined) watched.frames.push(at - last)
    last = at
    requestAnimationFrame(step)
  }
  requestAnimationFrame(step)
}`

/** Scrolls to the end by 150 px a frame, 9,000 px a second, as a quick finger does. */
const SCROLL = `new Promise((resolve) => {
  const long = []
  new PerformanceObserver((list) => long.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' })
  const frames = []
  scrollTo(0, 0)
  let last
  const step = (at) => {
    if (last !== undefined) frames.push(at - last)
    last = at
    if (scrollY + innerHeight >= document.documentElement.scrollHeight - 1)
      return setTimeout(() => resolve({ frames, long, height: document.documentElement.scrollHeight }), 200)
    scrollBy(0, 150)
    requestAnimationFrame(step)
  }
  requestAnimationFrame(step)
})`
