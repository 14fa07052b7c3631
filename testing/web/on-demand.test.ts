import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page, Request } from 'playwright-core'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'
import { expectText } from './expect.ts'
import { DEMO_PASSWORD, startWebApp, until, type Visitor, type WebApp } from './web-app.ts'

/** Menus and dialogs whose code is loaded when somebody reaches for them. */

const JANE = 'jane.smith@example.com'
const ADMIN = 'admin@example.com'

let app: WebApp
let people = 0

before(async () => {
  app = await startWebApp()
})
after(() => app.close())

/** An event of Jane's that people with these first names have booked. */
async function anEvent(...guests: string[]): Promise<number> {
  const start = Date.now() + 48 * 3_600_000 + people++ * 60_000
  const { event } = await app.ask('POST', '/api/events/', {
    token: await app.tokenOf(JANE),
    body: {
      title: 'Breath on Demand',
      event_type: 'session',
      start_datetime: new Date(start).toISOString(),
      end_datetime: new Date(start + 1_800_000).toISOString(),
      max_participants: 9,
    },
  })
  for (const guest of guests) await aGuest(event.id, guest)
  return event.id
}

async function aGuest(event_id: number, first_name: string): Promise<void> {
  const email = `${first_name.toLowerCase()}-${++people}@example.com`
  const body = { email, password: DEMO_PASSWORD, first_name, last_name: 'Waits' }
  await app.ask('POST', '/api/auth/register', { body })
  await app.ask('POST', '/api/bookings/', { token: await app.tokenOf(email), body: { event_id } })
}

/** Scripts that have been asked for. */
function scriptsOf(page: Page) {
  const asked = new Set<string>()
  const underWay = new Set<Request>()
  page.on('request', (request) => {
    if (!/\/assets\/.*\.js/.test(request.url())) return
    asked.add(request.url())
    underWay.add(request)
  })
  page.on('requestfinished', (request) => underWay.delete(request))
  page.on('requestfailed', (request) => underWay.delete(request))
  const has = (name: string) => [...asked].some((url) => url.includes(`/${name}-`))
  return {
    has,
    /** Waits until it is there, with all that it needs. */
    async loaded(name: string) {
      await waitUntil(async () => {
        if (!has(name) || underWay.size > 0) return false
        await page.waitForTimeout(200)
        return underWay.size === 0
      }, 25_000)
    },
  }
}

const focusIsOn = (page: Page, label: string) =>
  until(page, `document.activeElement?.getAttribute('aria-label') === '${label}'`)

async function breakOff({ page, settle }: Visitor): Promise<void> {
  await settle()
  await page.context().setOffline(true)
}

/** The toast has said that there is no connection. */
async function comeBack({ page }: Visitor): Promise<void> {
  const toast = page.getByRole('alert').filter({ hasText: 'You are offline. Try again' })
  await toast.waitFor()
  await page.context().setOffline(false)
  await page.getByText('You are offline. What you see').waitFor({ state: 'detached' })
}

/** The browser itself complains of what fails. */
const leave = (visitor: Visitor) =>
  visitor.leave().catch(({ actual }: { actual: string[] }) => {
    const others = actual.filter((text) => !/Failed to load resource|Failed to fetch/.test(text))
    assert.deepEqual(others, [])
  })

test('the first press of a key opens a row’s menu, which gives the focus back, as does the dialog that it opens', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  const scripts = scriptsOf(page)
  await visitor.logIn(ADMIN)
  await page.goto('/admin/users?q=john.doe')
  const label = 'Actions for John Doe'
  const button = page.getByRole('button', { name: label })
  const item = page.getByRole('menuitem', { name: 'Cancel all their bookings…' })
  await button.waitFor()
  assert.equal(await button.getAttribute('aria-haspopup'), 'menu')
  assert.equal(await button.getAttribute('aria-expanded'), 'false')
  assert.equal(scripts.has('user-menu'), false)
  for (const key of ['Enter', 'Space']) {
    await button.press(key)
    await item.waitFor()
    assert.equal(await button.getAttribute('aria-expanded'), 'true')
    await until(page, "document.activeElement.textContent === 'Cancel all their bookings…'")
    await page.keyboard.press('Escape')
    await item.waitFor({ state: 'detached' })
    await focusIsOn(page, label)
  }
  const dialog = page.getByRole('dialog', { name: 'Make John Doe an admin?' })
  assert.equal(scripts.has('change-user'), false)
  for (let i = 0; i < 2; i++) {
    await button.press('Enter')
    await item.waitFor()
    await until(page, "document.activeElement.textContent === 'Cancel all their bookings…'")
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await dialog.waitFor()
    await until(page, "document.activeElement.textContent === 'Cancel'")
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    await focusIsOn(page, label)
  }
  const account = page.getByRole('button', { name: /^Account of/ })
  await account.press('Enter')
  await page.getByRole('menuitem', { name: 'Log out' }).waitFor()
  await page.keyboard.press('Escape')
  await until(page, "document.activeElement.textContent.startsWith('Account of')")
  await visitor.leave()
})

test('an open menu stays while its list is read again, and another press of its button closes it', async () => {
  const event_id = await anEvent('Ann')
  const visitor = await app.visit({ viewport: { width: 390, height: 844 }, hasTouch: true })
  const { page } = visitor
  await visitor.logIn(JANE)
  await page.goto(`/manage/events/${event_id}`)
  const button = page.getByRole('button', { name: 'More about Ann Waits' })
  await button.tap()
  const item = page.getByRole('menuitem', { name: 'Send e-mail' })
  await item.waitFor()
  await aGuest(event_id, 'Ben')
  await page.getByRole('button', { name: 'Check in: Ben Waits' }).waitFor()
  await expectText(page.getByRole('menu'), /Mark as paid/)
  assert.equal(await button.getAttribute('aria-expanded'), 'true')
  await button.tap()
  await item.waitFor({ state: 'detached' })
  await visitor.leave()
})

test('a roster’s menus open without a connection', async () => {
  const event_id = await anEvent('Cleo')
  const visitor = await app.visit()
  const { page } = visitor
  const scripts = scriptsOf(page)
  await visitor.logIn(JANE)
  await page.goto(`/manage/events/${event_id}`)
  await scripts.loaded('entry-menu')
  await breakOff(visitor)
  await page.getByRole('button', { name: 'More about Cleo Waits' }).press('Enter')
  await page.getByRole('menuitem', { name: 'Send e-mail' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: /^Payment of Cleo Waits/ }).press('Enter')
  await page.getByRole('menuitem', { name: 'Mark as paid' }).waitFor()
  await page.context().setOffline(false)
  await leave(visitor)
})

test('a menu and a dialog that could not be loaded say so, and open at the next press', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(ADMIN)
  await page.goto('/crm')
  const move = page.getByRole('button', { name: /^Move / }).first()
  await move.waitFor()
  await breakOff(visitor)
  await move.click()
  await comeBack(visitor)
  await move.click()
  await page.getByRole('menuitem', { name: 'Confirmed' }).waitFor()

  await page.goto('/admin/facilitators')
  const change = page.getByRole('button', { name: /^Change / }).first()
  await change.waitFor()
  await breakOff(visitor)
  await change.press('Enter')
  await comeBack(visitor)
  await change.press('Enter')
  const drawer = page.getByRole('dialog')
  await drawer.getByLabel('First name').waitFor()
  await page.keyboard.press('Escape')
  await drawer.waitFor({ state: 'hidden' })
  await focusIsOn(page, (await change.getAttribute('aria-label')) ?? '')
  await leave(visitor)
})

test('what the address opens is taken out of it when it could not be loaded, so that the next press opens it', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(ADMIN)
  await page.goto('/crm')
  const card = page.getByRole('region', { name: 'New', exact: true }).getByRole('listitem').first()
  const name = card.getByRole('button').first()
  await name.waitFor()
  await breakOff(visitor)
  await name.press('Enter')
  await comeBack(visitor)
  await page.waitForURL((url) => !url.searchParams.has('contact'))
  await name.press('Enter')
  await page.getByRole('dialog', { name: 'Contact' }).getByRole('heading', { name: 'History' }).waitFor()
  await page.reload()
  await page.getByRole('dialog', { name: 'Contact' }).getByRole('heading', { name: 'History' }).waitFor()

  // What never comes does not reload the page for ever.
  let visits = 0
  page.on('request', (request) => {
    if (request.isNavigationRequest()) visits++
  })
  await page.route('**/assets/contact-drawer*.js*', (route) => route.abort())
  await page.reload()
  await page.getByRole('alert').waitFor()
  await page.waitForURL((url) => !url.searchParams.has('contact'))
  assert.equal(visits, 1)
  await leave(visitor)
})
