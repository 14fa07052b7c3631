import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import AxeBuilder from '@axe-core/playwright'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { PAGES } from './pages.ts'
import { startWebApp, type Visitor, type WebApp } from './web-app.ts'

/** Every page in every light and on a phone: nothing that axe finds, nothing to scroll sideways, no complaint of the browser. */

const LOOKS: Record<string, BrowserContextOptions> = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  'phone, light': { colorScheme: 'light', viewport: { width: 360, height: 740 } },
  'phone, dark': { colorScheme: 'dark', viewport: { width: 360, height: 740 } },
}
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

let app: WebApp

before(async () => {
  app = await startWebApp()
})
after(() => app.close())

for (const [look, options] of Object.entries(LOOKS)) {
  test(`every page can be used by everybody: ${look}`, async () => {
    const visitors = new Map<string | undefined, Visitor>()
    const faults: string[] = []
    for (const { path, as, heading } of PAGES) {
      const visitor = visitors.get(as) ?? (await arrive(as))
      const { page } = visitor
      await page.goto(path)
      await page.getByRole('heading', { name: heading }).first().waitFor()
      await visitor.settle()
      faults.push(...(await faultsOf(page)).map((fault) => `${path} (${as ?? 'nobody'}): ${fault}`))
    }
    assert.deepEqual(faults, [])
    for (const visitor of visitors.values()) await visitor.leave()

    async function arrive(as: string | undefined): Promise<Visitor> {
      const visitor = await app.visit(options)
      if (as !== undefined) await visitor.logIn(as)
      visitors.set(as, visitor)
      return visitor
    }
  })
}

test('menus and questions can be used by everybody too', async () => {
  const faults: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    const visitor = await app.visit({ colorScheme })
    const { page } = visitor
    await visitor.logIn('guest-1@example.com')
    const look = async (what: string) => {
      await visitor.settle()
      faults.push(...(await faultsOf(page)).map((fault) => `${what}, ${colorScheme}: ${fault}`))
    }
    await page.getByRole('button', { name: /^Account of/ }).click()
    await page.getByRole('menu').waitFor()
    await look('account menu')
    await page.goto('/events')
    await page.getByRole('button', { name: 'Days' }).click()
    await page.getByRole('dialog').waitFor()
    await look('days')
    await page.goto('/bookings')
    await page.getByRole('button', { name: 'Cancel booking' }).first().click()
    await page.getByText('You can cancel until it begins.').waitFor()
    await look('question')
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel booking' }).click()
    await page.getByRole('button', { name: 'Undo' }).waitFor()
    await look('undo')
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('Your seat is yours again.').waitFor()
    await visitor.leave()
  }
  assert.deepEqual(faults, [])
})

test('a page that nobody could read would be found', async () => {
  const visitor = await app.visit({ viewport: { width: 360, height: 740 } })
  const { page } = visitor
  await page.goto('/login')
  await page.getByLabel('Email').waitFor()
  await page.evaluate(`{
    document.querySelector('h1').style.cssText = 'color: #eee; background: #fff; white-space: nowrap; width: 900px'
    document.querySelector('input').labels[0].remove()
  }`)
  const faults = (await faultsOf(page)).join('\n')
  for (const fault of ['color-contrast', 'label', 'sideways']) assert.match(faults, new RegExp(fault))
  await visitor.leave()
})

async function faultsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze()
  const wide = (await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, html }) => `${id}: ${target} ${html}`),
  )
  return wide > 0 ? [...found, `${wide} px to scroll sideways`] : found
}
