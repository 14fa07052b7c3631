import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { expectOnlyRefusals } from './expect.ts'
import { PAGES } from './pages.ts'
import { nextMonth, studioPages } from './studio-pages.ts'
import { startWebApp, Visitors, type WebApp } from './web-app.ts'

/** How the pages look with the studio of `npm run seed -- --studio`: long titles, names, lists and texts. */

const WIDTHS = [320, 390, 640, 1280]

let app: WebApp
const visitors = new Visitors()

before(async () => {
  app = await startWebApp()
  await app.addStudio()
})
after(() => app.close())

test('no page is wider than the window', async (t) => {
  const pages = [...PAGES, ...(await studioPages(app))]
  for (const { path, as } of pages)
    await t.test(`${path}${as ? ` as ${as}` : ''}`, async () => {
      const { page, settle } = await visitors.of(app, as)
      await page.goto(path)
      await page.locator('h1, h2').first().waitFor()
      await settle()
      const faults: string[] = []
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 700 })
        faults.push(...((await page.evaluate(WIDER)) as string[]).map((fault) => `${width} px: ${fault}`))
      }
      assert.deepEqual(faults, [])
      assert.deepEqual(await page.evaluate(WITHOUT_DIRECTION), [])
    })
})

/** Hebrew and Arabic in a text or a field that does not take its direction from its letters. */
const WITHOUT_DIRECTION = `(() => {
  const isRightToLeft = (text) => /[\\u0590-\\u06ff]/.test(text)
  const takes = (each) => each.closest('bdi, [dir=auto], head, noscript') || getComputedStyle(each).unicodeBidi === 'plaintext'
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const found = []
  while (walker.nextNode())
    if (isRightToLeft(walker.currentNode.data) && !takes(walker.currentNode.parentElement)) found.push(walker.currentNode.data)
  const fields = [...document.querySelectorAll('input, textarea:not([aria-hidden])')]
  return [...found, ...fields.filter((each) => isRightToLeft(each.value) && each.dir !== 'auto').map(({ value }) => value)]
})()`

/** The elements that reach beyond the window, if it scrolls sideways. What scrolls within a box of its own may. */
const WIDER = `(() => {
  if (document.documentElement.scrollWidth <= innerWidth) return []
  const isInScroller = (each) => {
    for (let box = each.parentElement; box && box !== document.body; box = box.parentElement)
      if (getComputedStyle(box).overflowX !== 'visible') return true
    return false
  }
  return [...document.querySelectorAll('body *')]
    .filter((each) => each.getBoundingClientRect().right > innerWidth + 1 && !isInScroller(each))
    .map((each) => each.tagName + '.' + each.className + ' to ' + Math.round(each.getBoundingClientRect().right) + ': ' + each.textContent.slice(0, 40))
    .slice(0, 8)
})()`

test('a retreat is one bar over its days, a day shows three events and lists the others, own bookings are marked', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn('guest-1@example.com')
  await page.goto(`/events?view=calendar&month=${nextMonth()}`)
  await page.getByRole('table').getByRole('link').first().waitFor()
  await visitor.settle()
  assert.ok(((await page.evaluate('document.documentElement.scrollHeight')) as number) < 1_600)
  const bars = (await page.evaluate(`[...document.querySelectorAll('td a[data-retreat]')].map((each) => ({
    title: each.title, days: each.offsetWidth / each.closest('td').offsetWidth, week: each.closest('tr').rowIndex,
  }))`)) as { title: string; days: number; week: number }[]
  assert.ok(bars.some(({ days }) => days > 4))
  assert.equal(new Set(bars.map(({ title, week }) => `${title} in week ${week}`)).size, bars.length)
  const most = (await page.evaluate(
    `Math.max(...[...document.querySelectorAll('td')].map((each) => each.querySelectorAll('a').length))`,
  )) as number
  assert.equal(most, 3)
  assert.ok((await page.getByRole('link', { name: 'You have booked: ' }).count()) > 2)
  const more = page.getByRole('button', { name: /^\d more on / }).first()
  const [hidden, day] =
    /^(\d) more on (.*)$/.exec((await more.getAttribute('aria-label')) ?? '')?.slice(1) ?? []
  await more.click()
  const list = page.getByRole('region', { name: day as string })
  await list.getByRole('link').first().waitFor()
  assert.equal(await list.getByRole('link').count(), 3 + Number(hidden))
  await visitor.leave()
})

test('on a phone the calendar is a month with dots, and the list of the chosen day', async () => {
  const visitor = await app.visit({ viewport: { width: 390, height: 844 }, hasTouch: true })
  const { page } = visitor
  await visitor.logIn('guest-1@example.com')
  await page.goto(`/events?view=calendar&month=${nextMonth()}`)
  await page.getByRole('region').getByRole('link').first().waitFor()
  await visitor.settle()
  assert.ok(((await page.evaluate('document.documentElement.scrollHeight')) as number) < 1_700)
  await page.getByRole('button', { name: / 15 \w+( \d+)?: / }).click()
  await page.getByRole('region', { name: /15/ }).getByRole('link').first().waitFor()
  await visitor.leave()
})

test('what is touched is as large as a finger', async () => {
  const touch = { viewport: { width: 390, height: 844 }, hasTouch: true }
  const small: string[] = []
  for (const as of new Set(PAGES.map((each) => each.as))) {
    const visitor = await app.visit(touch)
    if (as !== undefined) await visitor.logIn(as)
    for (const { path } of [...PAGES, ...(await studioPages(app))].filter((each) => each.as === as)) {
      await visitor.page.goto(path)
      await visitor.page.locator('h1, h2').first().waitFor()
      await visitor.settle()
      small.push(...((await visitor.page.evaluate(SMALL)) as string[]).map((each) => `${path}: ${each}`))
    }
    // A page that is not there says so.
    await (as === undefined ? expectOnlyRefusals(visitor.leave(), 404) : visitor.leave())
  }
  assert.deepEqual(small, [])
})

/** Controls of less than 44 px. Links within a text are of its height, and what covers a whole card is its size. */
const SMALL = `[...document.querySelectorAll('a[href], button, input, select, textarea, [role=tab]')]
  .filter((each) => each.checkVisibility({ visibilityProperty: true }) && getComputedStyle(each).opacity !== '0')
  .filter((each) => getComputedStyle(each).display !== 'inline' && getComputedStyle(each, '::after').position !== 'absolute')
  .map((each) => ({ each, box: (each.closest('.mantine-Radio-body, .mantine-Checkbox-body') ?? each).getBoundingClientRect() }))
  .filter(({ box }) => box.width > 1 && (box.height < 43.5 || box.width < 43.5))
  .map(({ each, box }) => each.tagName + ' ' + Math.round(box.width) + ' x ' + Math.round(box.height) + ' ' + each.textContent.slice(0, 30))`

test('a low window, as at 200 % zoom, has no fixed bars; toasts on phones cover no navigation, and the newest replaces', async () => {
  const visitor = await app.visit({ viewport: { width: 640, height: 430 } })
  const { page } = visitor
  await visitor.logIn('jane.smith@example.com')
  const fixed = await page.evaluate(`[...document.querySelectorAll('body *')].filter((each) =>
    ['fixed', 'sticky'].includes(getComputedStyle(each).position) && each.offsetHeight > 20 && each.matches('header, nav')).length`)
  assert.equal(fixed, 0)
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto('/manage/events/1')
  const payment = page.getByRole('menuitem', { name: /^Mark as / })
  for (let i = 0; i < 2; i++) {
    await page
      .getByRole('button', { name: /^More about / })
      .nth(i)
      .click()
    await payment.first().click()
    await payment.first().waitFor({ state: 'hidden' })
    await page.getByRole('alert').first().waitFor()
  }
  await page.waitForTimeout(500)
  assert.equal(await page.getByRole('alert').count(), 1)
  const toast = await page.getByRole('alert').boundingBox()
  const tabs = await page.getByRole('navigation', { name: 'Studio' }).boundingBox()
  const bar = await page.getByRole('navigation', { name: 'Main, on phones' }).boundingBox()
  assert.ok(toast && tabs && bar && toast.y >= tabs.y + tabs.height && toast.y + toast.height <= bar.y)
  await visitor.leave()
})

test('a roster of 28 is one page of paper without navigation, and at most 2,000 px on a phone', async () => {
  const visitor = await app.visit({ viewport: { width: 390, height: 844 }, hasTouch: true })
  const { page } = visitor
  await visitor.logIn('jane.smith@example.com')
  const roster = (await studioPages(app)).find(
    ({ path, as }) => /^\/manage\/events\/\d+$/.test(path) && as?.startsWith('jane'),
  )
  await page.goto(roster?.path ?? '')
  await page.getByRole('list', { name: 'Roster' }).waitFor()
  await visitor.settle()
  assert.equal(await page.getByRole('list', { name: 'Roster' }).getByRole('listitem').count(), 28)
  assert.ok(((await page.evaluate('document.documentElement.scrollHeight')) as number) <= 2_000)
  await page.getByText('Martin, Zoë').waitFor()
  for (const format of ['A4', 'Letter']) {
    const pdf = (await page.pdf({ format, preferCSSPageSize: true })).toString('latin1')
    assert.equal(pdf.match(/\/Type\s*\/Page\b/g)?.length, 1, format)
  }
  await page.emulateMedia({ media: 'print' })
  assert.equal(await page.getByRole('navigation').filter({ visible: true }).count(), 0)
  await visitor.leave()
})
