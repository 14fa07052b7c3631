import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { PAGES } from './pages.ts'
import { nextMonth, studioPages } from './studio-pages.ts'
import { startWebApp, type Visitor, type WebApp } from './web-app.ts'

/** How the pages look with the studio of `npm run seed -- --studio`: long titles, names, lists and texts. */

const WIDTHS = [320, 390, 640, 1280]

let app: WebApp
const visitors = new Map<string | undefined, Visitor>()

before(async () => {
  app = await startWebApp()
  await app.addStudio()
})
after(() => app.close())

test('no page is wider than the window', async (t) => {
  const pages = [...PAGES, ...(await studioPages(app))]
  for (const { path, as } of pages)
    await t.test(`${path}${as ? ` as ${as}` : ''}`, async () => {
      const { page, settle } = visitors.get(as) ?? (await arrive(as))
      await page.goto(path)
      await page.locator('h1, h2').first().waitFor()
      await settle()
      const faults: string[] = []
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 700 })
        faults.push(...((await page.evaluate(WIDER)) as string[]).map((fault) => `${width} px: ${fault}`))
      }
      assert.deepEqual(faults, [])
    })
})

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

async function arrive(as: string | undefined): Promise<Visitor> {
  const visitor = await app.visit()
  if (as !== undefined) await visitor.logIn(as)
  visitors.set(as, visitor)
  return visitor
}
