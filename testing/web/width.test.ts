import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { PAGES } from './pages.ts'
import { studioPages } from './studio-pages.ts'
import { startWebApp, type Visitor, type WebApp } from './web-app.ts'

/** With long titles, names and texts no page scrolls sideways, at any width. */

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

async function arrive(as: string | undefined): Promise<Visitor> {
  const visitor = await app.visit()
  if (as !== undefined) await visitor.logIn(as)
  visitors.set(as, visitor)
  return visitor
}
