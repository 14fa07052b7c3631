import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { expectCount, expectOnlyRefusals, expectText } from './expect.ts'
import { startWebApp, type WebApp } from './web-app.ts'

/** What admins do. */

let app: WebApp

before(async () => {
  app = await startWebApp()
})
after(() => app.close())

test('an admin adds a facilitator, who can enter, lets them go, and they are out', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn('admin@example.com')
  await page.goto('/admin/facilitators')
  await page.getByRole('button', { name: 'Add a facilitator' }).click()
  const form = page.getByRole('dialog', { name: 'New facilitator' })
  await form.getByLabel('Email').fill('fay@example.com')
  await form.getByLabel('First name').fill('Fay')
  await form.getByLabel('Last name (optional)').fill('Lee')
  await form.getByRole('textbox', { name: 'First password' }).fill('short')
  await form.getByRole('button', { name: 'Add facilitator' }).click()
  await form.getByText('Use at least 8 characters.').waitFor()
  await form.getByRole('textbox', { name: 'First password' }).fill('a quiet password')
  await form.getByRole('button', { name: 'Add facilitator' }).click()
  await page.getByRole('link', { name: 'Fay Lee' }).waitFor()

  const fay = await app.visit()
  await fay.logIn('fay@example.com', 'a quiet password')
  await fay.page.goto('/manage/events')
  await fay.page.getByRole('heading', { name: 'Nothing is planned' }).waitFor()

  await page.getByRole('button', { name: 'Change Fay Lee' }).click()
  const change = page.getByRole('dialog', { name: 'Fay Lee' })
  await change.getByLabel('Active: leads events').click()
  await change.getByRole('button', { name: 'Save changes' }).click()
  await page.getByText('Inactive').waitFor()
  await fay.page.reload()
  await fay.page.getByRole('heading', { name: 'You don’t have access' }).waitFor()
  await fay.leave()
  await expectOnlyRefusals(visitor.leave(), 400)
})

test('an admin looks into somebody else’s studio, and finds the way of it in every room', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn('admin@example.com')
  await page.goto('/dashboard')
  await page.getByRole('combobox', { name: 'Facilitator' }).selectOption('Linnea Berg')
  await page.getByText('How the events of Linnea Berg are doing.').waitFor()
  await page.getByRole('navigation', { name: 'Studio' }).getByRole('link', { name: 'Contacts' }).click()
  await page.getByRole('region', { name: 'New', exact: true }).getByText('Tai Chi').first().waitFor()
  await page.getByRole('navigation', { name: 'Studio' }).getByRole('link', { name: 'Events' }).click()
  await page.getByRole('link', { name: 'Tai Chi for Beginners' }).waitFor()
  await visitor.leave()
})

test('an admin sees that all is told, compares both sides, and reads who did what', async () => {
  const token = await app.tokenOf('john.doe@example.com')
  const { booking } = await app.ask('POST', '/api/bookings/', { token, body: { event_id: 1 } })
  await app.ask('PUT', `/api/bookings/${booking.id}/cancel`, { token })
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn('admin@example.com')
  await page.goto('/admin/delivery')
  await page.getByRole('heading', { name: 'Everything delivered' }).waitFor()
  await page.getByRole('heading', { name: 'The CRM and the bookings agree' }).waitFor()
  await page.getByText(/^\d+ bookings compared at/).waitFor()
  await expectText(page.getByRole('region', { name: 'Queue' }), /Accounts waiting to be erased\s*0/)
  await page.getByRole('combobox', { name: 'Show' }).selectOption('Bookings')
  await page.getByText(`Booking cancelled: ${booking.event.title}, John Doe`).first().waitFor()
  await expectCount(page.getByText(/^Event (planned|changed|cancelled|over):/), 0)
  await visitor.leave()
})

test('where both sides disagree an admin is told about what, and sets it right', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn('admin@example.com')
  // Between our own two services there is no disagreement to be had: the first answer is made up, all others are real.
  const nothing = { count: 0, booking_ids: [] }
  await page.route(
    '**/api/reconcile',
    (route) =>
      route.fulfill({
        json: {
          in_agreement: false,
          missing: { count: 2, booking_ids: [3, 4] },
          differing: nothing,
          unknown: nothing,
          waiting: 0,
          compared: 36,
          checked_at: '2026-11-25T10:00:00',
        },
      }),
    { times: 1 },
  )
  await page.goto('/admin/delivery')
  await page.getByRole('heading', { name: 'The CRM and the bookings differ' }).waitFor()
  await page.getByText('2 bookings are missing in the CRM.').waitFor()
  await page.getByRole('button', { name: 'Send to the CRM again' }).click()
  await page.getByText('There was nothing left to repair.').waitFor()
  await page.getByRole('heading', { name: 'The CRM and the bookings agree' }).waitFor()
  await visitor.leave()
})

test('the log of changes names who and what, with links, and no numbers of rows', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  const token = await app.tokenOf('guest-1@example.com')
  const { bookings } = await app.ask('GET', '/api/bookings/?upcoming=true&status=confirmed', { token })
  await app.ask('PUT', `/api/bookings/${bookings[0].id}/cancel`, { token })
  await visitor.logIn('admin@example.com')
  await page.goto('/admin/delivery')
  const entry = page.getByRole('region', { name: 'Audit log' }).getByRole('listitem').first()
  await expectText(entry, /^Booking cancelled: .+, .+ by /s)
  assert.doesNotMatch(await entry.innerText(), /\b(id|account) \d|_/)
  await entry.getByRole('link', { name: bookings[0].event.title }).click()
  await page.waitForURL(`**/manage/events/${bookings[0].event.id}`)
  await visitor.leave()
})
