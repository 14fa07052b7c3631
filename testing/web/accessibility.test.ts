import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { expectOnlyRefusals } from './expect.ts'
import { PAGES } from './pages.ts'
import { aMail } from './studio-pages.ts'
import { startWebApp, until, type Visitor, Visitors, type WebApp } from './web-app.ts'

/** Every page in both lights and on a phone: nothing that axe finds, nothing to scroll sideways, no complaint of the browser. */

const DESK = { width: 1280, height: 860 }
const PHONE = { width: 360, height: 740 }
const LOOKS = [
  { light: 'light', screen: DESK },
  { light: 'dark', screen: DESK },
  { light: 'light', screen: PHONE },
] as const
const EXAMINATION: Parameters<AxeBuilder['options']>[0] = {
  runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
  // Describing all that is right would take as long as finding what is wrong.
  resultTypes: ['violations'],
}

let app: WebApp
const visitors = new Visitors()

before(async () => {
  app = await startWebApp()
})
after(() => app.close())

for (const { path, as, heading } of PAGES) {
  test(`everybody can use ${path}${as ? ` as ${as}` : ''}`, async () => {
    const { page, settle } = await visitors.of(app, as)
    await page.goto(path)
    await page.getByRole('heading', { name: heading }).first().waitFor()
    await settle()
    assert.deepEqual(await faultsInEveryLook(page), [])
  })
}

test('no page made the browser complain', async () => {
  // Only that there is nothing at `/nowhere`.
  for (const [as, visitor] of visitors)
    await (as === undefined ? expectOnlyRefusals(visitor.leave(), 404) : visitor.leave())
})

test('menus and questions can be used by everybody too', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn('guest-1@example.com')
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('menu').waitFor()
  await examine(visitor)
  await page.goto('/events')
  await page.getByRole('button', { name: 'Filters', exact: true }).click()
  await page.getByRole('dialog', { name: 'Filters' }).waitFor()
  await examine(visitor)
  await page.getByRole('button', { name: 'Days' }).click()
  await page.locator('[data-dates-dropdown]').waitFor()
  await examine(visitor)
  await page.goto('/bookings')
  await page.getByRole('button', { name: 'Cancel booking' }).first().click()
  await page.getByText('You can cancel until it begins.').waitFor()
  await examine(visitor)
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel booking' }).click()
  await page.getByRole('button', { name: 'Undo' }).waitFor()
  await examine(visitor)
  await visitor.leave()
})

test('and so can those of the studio', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn('jane.smith@example.com')
  await page.goto('/manage/events')
  await page
    .getByRole('button', { name: /^Actions for/ })
    .first()
    .click()
  await page.getByRole('menuitem', { name: 'Cancel event…' }).waitFor()
  await examine(visitor)
  await page.getByRole('menuitem', { name: 'Cancel event…' }).click()
  await page.getByRole('dialog', { name: 'Cancel this event?' }).waitFor()
  await examine(visitor)
  await page.goto('/manage/events?write=new')
  await page.getByRole('combobox', { name: 'Repeat' }).click()
  await page.getByRole('option', { name: 'Every week' }).click()
  await page.getByRole('button', { name: 'Create event' }).click()
  await page.getByText('Enter a title.').waitFor()
  await examine(visitor)
  await page.goto('/manage/events/1')
  await page
    .getByRole('button', { name: /^Payment of/ })
    .first()
    .click()
  await page.getByRole('menu').waitFor()
  await examine(visitor)
  await page.goto('/manage/events/1')
  await page.getByRole('button', { name: 'Write to everybody' }).click()
  await page.getByRole('button', { name: 'Preview' }).click()
  await page.getByText('Enter a subject.').waitFor()
  await examine(visitor)
  await page.getByLabel('Subject').fill('Bring a towel')
  await page.getByRole('textbox', { name: 'Text' }).fill('The sauna is open.')
  await page.getByRole('button', { name: 'Preview' }).click()
  await page.getByRole('button', { name: /^Send to/ }).waitFor()
  await examine(visitor)
  await page.goto('/crm')
  await page
    .getByRole('button', { name: /^Move / })
    .first()
    .click()
  await page.getByRole('menuitem', { name: 'Confirmed' }).waitFor()
  await examine(visitor)
  await leaveAfterFrame(visitor)
})

test('and so can those of admins', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn('admin@example.com')
  await page.goto('/admin/users?q=john.doe')
  const actions = page.getByRole('button', { name: 'Actions for John Doe' })
  for (const [item, title] of [
    ['Make admin…', 'Make John Doe an admin?'],
    ['Close account…', 'Close the account of John Doe?'],
    ['Cancel all their bookings…', 'Cancel all bookings of John Doe?'],
  ] as const) {
    await actions.click()
    await page.getByRole('menuitem', { name: item }).waitFor()
    await examine(visitor)
    await page.getByRole('menuitem', { name: item }).click()
    await page.getByRole('dialog', { name: title }).waitFor()
    await examine(visitor)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name: title }).waitFor({ state: 'hidden' })
  }
  await page.goto(`/admin/mail?mail=${await aMail(app)}`)
  await page.getByTitle('The mail as it was sent').waitFor()
  await examine(visitor)
  await page.getByText('As text').click()
  await page.locator('pre').waitFor()
  await examine(visitor)
  await leaveAfterFrame(visitor)
})

test('a page that not everybody can use would be found', async () => {
  const visitor = await app.visit({ viewport: PHONE })
  const { page } = visitor
  await page.goto('/login')
  await page.getByLabel('Email').waitFor()
  await page.evaluate(`{
    const [faint, wide] = [document.createElement('p'), document.createElement('div')]
    faint.style.cssText = 'color: #ddd; background: #fff'
    faint.textContent = 'Who could read this?'
    wide.style.cssText = 'width: 900px; height: 9px'
    document.querySelector('form').prepend(faint)
    document.querySelector('main').append(wide)
    document.querySelector('input').labels[0].remove()
  }`)
  const faults = (await faultsOf(page)).join('\n')
  for (const fault of ['color-contrast', 'label', 'sideways']) assert.match(faults, new RegExp(fault))
  await visitor.leave()
})

/** The frame of a mail runs no scripts and belongs to no origin: axe calls it in vain, of which the browser complains. */
async function leaveAfterFrame(visitor: Visitor): Promise<void> {
  const complaints = await visitor.leave().then(
    () => [],
    ({ actual }: { actual: string[] }) => actual,
  )
  const others = complaints.filter(
    (text) => !/^Failed to execute 'postMessage' .*origin \('null'\)/.test(text),
  )
  assert.deepEqual(others, [])
}

/** What has just been opened, which another width would close. */
async function examine({ page, settle }: Visitor): Promise<void> {
  await settle()
  assert.deepEqual(await faultsInEveryLook(page, LOOKS.slice(0, 2)), [])
}

async function faultsInEveryLook(
  page: Page,
  looks: readonly (typeof LOOKS)[number][] = LOOKS,
): Promise<string[]> {
  const faults: string[] = []
  for (const { light, screen } of looks) {
    await page.emulateMedia({ colorScheme: light })
    await page.setViewportSize(screen)
    await until(page, `document.documentElement.dataset.mantineColorScheme === '${light}'`)
    // On the way from one to the other, words have colours that are of neither.
    await until(page, `document.getAnimations().every((each) => !(each instanceof CSSTransition))`)
    faults.push(...(await faultsOf(page)).map((fault) => `${light}, ${screen.width} px: ${fault}`))
  }
  return faults
}

async function faultsOf(page: Page): Promise<string[]> {
  // Its other way opens another page for each look, for frames that we do not have.
  const axe = new AxeBuilder({ page }).options(EXAMINATION).setLegacyMode()
  const { violations } = await axe.analyze()
  const wide = (await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, html }) => `${id}: ${target} ${html}`),
  )
  return wide > 0 ? [...found, `${wide} px to scroll sideways`] : found
}
