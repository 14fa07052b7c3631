import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import AxeBuilder from '@axe-core/playwright'
import type { Browser } from 'playwright-core'
import { launchChromium } from '#harness/browser/chromium.ts'
import { type ArrivedMail, causeEveryMail } from './every-mail.ts'

/** Every kind of mail as it is read: in both lights, and on a narrow phone. */

const PHONE = { width: 320, height: 640 }

let browser: Browser
let mails: ArrivedMail[]

before(async () => {
  mails = await causeEveryMail()
  browser = await launchChromium()
})
after(() => browser.close())

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every kind can be read in the ${colorScheme}, on a narrow phone without scrolling sideways`, async () => {
    const context = await browser.newContext({ colorScheme, viewport: PHONE })
    const page = await context.newPage()
    for (const { name, email } of mails) {
      await page.setContent(email.html ?? '')
      const paper = await page.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor")
      assert.equal(paper, colorScheme === 'dark' ? 'rgb(35, 33, 31)' : 'rgb(255, 255, 255)', name)
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), PHONE.width, name)
      const { violations } = await new AxeBuilder({ page })
        .options({ runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa'] }, resultTypes: ['violations'] })
        .analyze()
      assert.deepEqual(
        violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
        [],
        name,
      )
    }
    await context.close()
  })
}

test('names that are written from right to left stand in line with the others', async () => {
  const page = await browser.newPage({ viewport: { width: 600, height: 600 } })
  const told = mails.find(({ name }) => name === 'bookings-made')
  await page.setContent(told?.email.html ?? '')
  const lefts = await page
    .getByRole('listitem')
    .locator('bdi')
    .evaluateAll((names) => names.map((name) => Math.round(name.getBoundingClientRect().left)))
  assert.equal(lefts.length, 5)
  assert.equal(new Set(lefts).size, 1, String(lefts))
  await page.close()
})

test('each has one thing to do at most, and says who writes', () => {
  for (const { name, email } of mails) {
    const { html = '', text = '' } = email
    const buttons = html.match(/class="button"/g)?.length ?? 0
    assert.equal(buttons, name === 'email-changed' ? 0 : 1, name)
    for (const said of ['Still Waters', 'Am Sandtorkai 1, 20457 Hamburg, Germany', 'You get this because'])
      assert.ok(text.includes(said) && html.includes(said), `${name}: ${said}`)
  }
})
