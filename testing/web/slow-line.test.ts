import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'
import { expectCount, expectText } from './expect.ts'
import { DEMO_PASSWORD, startWebApp, until, type Visitor, type WebApp } from './web-app.ts'

/** On a line on which answers take long, or are lost on their way. */

const JANE = 'jane.smith@example.com'
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true }

let app: WebApp
let people = 0

before(async () => {
  app = await startWebApp()
})
after(() => app.close())

const jane = () => app.tokenOf(JANE)

async function anEvent(hours: number, more: object = {}): Promise<number> {
  const at = (later: number) => new Date(Date.now() + (hours + later) * 3_600_000).toISOString()
  const body = {
    title: 'Slow Breath',
    event_type: 'session',
    start_datetime: at(0),
    end_datetime: at(0.5),
    max_participants: 9,
    price: 20,
    ...more,
  }
  const { event } = await app.ask('POST', '/api/events/', { token: await jane(), body })
  return event.id
}

type Guest = { email: string; token: string; booking_id: number }

/** Somebody who has booked these events, by their first name. The booking is that of the last one. */
async function aGuest(first_name: string, ...events: number[]): Promise<Guest> {
  const email = `${first_name.toLowerCase()}-${++people}@example.com`
  const body = { email, password: DEMO_PASSWORD, first_name, last_name: 'Sukarno' }
  await app.ask('POST', '/api/auth/register', { body })
  const token = await app.tokenOf(email)
  let booking_id = 0
  for (const event_id of events) {
    const { booking } = await app.ask('POST', '/api/bookings/', { token, body: { event_id } })
    booking_id = booking.id
  }
  return { email, token, booking_id }
}

const rosterOf = async (event_id: number) =>
  (await app.ask('GET', `/api/events/${event_id}/bookings`, { token: await jane() })).bookings

const rowOf = (page: Page, name: string) => page.getByRole('listitem', { name: `${name} Sukarno` })

/** Requests of this method are carried out, and their answers never arrive. */
async function loseAnswers(page: Page, address: string, method: string, isLost = () => true): Promise<void> {
  await page.route(address, async (route) => {
    if (route.request().method() !== method || !isLost()) return route.continue()
    await route.fetch()
    await route.abort()
  })
}

/** The browser itself complains of requests that fail. */
const leave = (visitor: Visitor) =>
  visitor.leave().catch(({ actual }: { actual: string[] }) => {
    assert.deepEqual(
      actual.filter((text) => !/Failed to load resource/.test(text)),
      [],
    )
  })

test('marks that wait for their answer say so without moving the rows, and leaving asks first', async () => {
  const event_id = await anEvent(2)
  for (const name of ['Ana', 'Budi', 'Citra']) await aGuest(name, event_id)
  const visitor = await app.visit(PHONE)
  const { page } = visitor
  await visitor.logIn(JANE)
  await page.goto(`/manage/events/${event_id}`)
  await rowOf(page, 'Citra').waitFor()
  await page.route('**/attendance', async (route) => {
    await setTimeout(2_000)
    await route.continue()
  })
  const before = await rowOf(page, 'Citra').boundingBox()
  for (const name of ['Ana', 'Budi', 'Citra'])
    await page.getByRole('button', { name: `Check in: ${name} Sukarno` }).click()
  await rowOf(page, 'Citra').getByText('Not sent yet').filter({ visible: true }).waitFor()
  const waiting = await rowOf(page, 'Citra').boundingBox()
  assert.deepEqual([waiting?.y, waiting?.height], [before?.y, before?.height])
  const asked = page.waitForEvent('dialog')
  await page.close({ runBeforeUnload: true })
  const question = await asked
  assert.equal(question.type(), 'beforeunload')
  await question.dismiss()
  await waitUntil(
    async () => (await rosterOf(event_id)).every((each: { attendance: string }) => each.attendance),
    15_000,
  )
  await expectCount(page.getByText('Not sent yet'), 0)
  // Without anything that waits, it does not.
  const closed = page.waitForEvent('close')
  await page.close({ runBeforeUnload: true })
  await closed
  await visitor.leave()
})

test('an error stays beside what succeeds after it, and says whom it is about', async () => {
  const event_id = await anEvent(2)
  for (const name of ['Ana', 'Budi', 'Citra']) await aGuest(name, event_id)
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(JANE)
  await page.goto(`/manage/events/${event_id}`)
  await page.route('**/attendance', (route) =>
    route.fulfill({ status: 400, json: { error: 'Not today.', code: 'not_today' } }),
  )
  for (const name of ['Ana', 'Budi', 'Citra'])
    await page.getByRole('button', { name: `Check in: ${name} Sukarno` }).click()
  const toasts = page.getByRole('alert')
  const fault = toasts.filter({ hasText: 'Not today.' })
  await expectText(fault, /Citra Sukarno is here/)
  for (const name of ['Budi', 'Citra']) {
    await page.getByRole('button', { name: `Payment of ${name} Sukarno: Not paid` }).click()
    await page.getByRole('menuitem', { name: 'Mark as paid' }).click()
    await expectText(toasts, new RegExp(`${name} Sukarno has paid`))
  }
  await expectCount(toasts, 2)
  const said = await fault.innerText()
  for (const name of ['Ana', 'Budi', 'Citra'])
    assert.equal(said.split(`Not saved: ${name} Sukarno is here`).length, 2, said)
  await fault.getByRole('button').click()
  await expectCount(toasts, 1)
  await leave(visitor)
})

test('a change whose answer was lost is not told as refused, and is told as done when it is', async () => {
  const [first, second] = [await anEvent(60), await anEvent(70, { title: 'Lost Breath' })]
  const guest = await aGuest('Dewi', first, second)
  const attendee = await app.visit()
  await attendee.logIn(guest.email)
  await loseAnswers(attendee.page, '**/api/bookings/*/cancel', 'PUT')
  await attendee.page.goto('/bookings')
  const card = attendee.page.getByRole('article').filter({ hasText: 'Lost Breath' })
  await card.getByRole('button', { name: 'Cancel booking' }).click()
  const question = attendee.page.getByRole('dialog', { name: 'Cancel this booking?' })
  await question.getByText('becomes free').waitFor()
  await question.getByRole('button', { name: 'Cancel booking' }).click()
  const toast = attendee.page.getByRole('alert')
  await expectText(toast, /Perhaps not cancelled: your booking of Lost Breath/)
  await expectText(toast, /There was no answer, so this page shows how it is now\./)
  assert.equal(await card.count(), 0)
  await leave(attendee)

  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(JANE)
  let isLost = true
  await loseAnswers(page, '**/payment', 'PUT', () => isLost)
  await loseAnswers(page, '**/bookings/*/cancel', 'PUT', () => isLost)
  await page.goto(`/manage/events/${first}`)
  await page.getByRole('button', { name: 'Payment of Dewi Sukarno: Not paid' }).click()
  await page.getByRole('menuitem', { name: 'Mark as paid' }).click()
  await expectText(page.getByRole('alert'), /Perhaps not saved: Dewi Sukarno has paid/)
  assert.equal(await page.getByRole('button', { name: 'Payment of Dewi Sukarno: Paid' }).count(), 1)
  await page.getByRole('button', { name: 'More about Dewi Sukarno' }).click()
  await page.getByRole('menuitem', { name: 'Cancel their booking…' }).click()
  const removal = page.getByRole('dialog', { name: 'Cancel their booking?' })
  await removal.getByRole('button', { name: 'Cancel booking' }).click()
  await removal.getByRole('alert').waitFor()
  isLost = false
  await removal.getByRole('button', { name: 'Cancel booking' }).click()
  await page.getByText('The booking of Dewi Sukarno is cancelled.').waitFor()
  await removal.waitFor({ state: 'hidden' })
  await leave(visitor)
})

test('what is typed into the profile while it is being saved stays, also on another page, and the password does not', async () => {
  const { email, token } = await aGuest('Eko')
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(email)
  await page.route('**/api/auth/profile', async (route) => {
    await setTimeout(1_500)
    await route.continue()
  })
  await page.goto('/profile')
  await page.getByLabel('First name').fill(' Eko Putra ')
  await page.getByRole('button', { name: 'Save changes' }).click()
  await page.getByLabel('Phone (optional)').fill('+62 811 1')
  await page.getByText('Your profile is saved.').waitFor()
  await until(page, "document.querySelector('input[autocomplete=given-name]').value === 'Eko Putra'")
  assert.equal(await page.getByLabel('Phone (optional)').inputValue(), '+62 811 1')
  await page.getByLabel('Email').fill('eko@elsewhere.example')
  await page.getByLabel('Current password').first().fill(DEMO_PASSWORD)
  await page.getByRole('link', { name: 'Bookings' }).first().click()
  await page.getByRole('heading', { name: 'Nothing booked' }).waitFor()
  assert.doesNotMatch(`${await page.evaluate('JSON.stringify(sessionStorage)')}`, new RegExp(DEMO_PASSWORD))
  await page.goBack()
  assert.equal(await page.getByLabel('Phone (optional)').inputValue(), '+62 811 1')
  assert.equal(await page.getByLabel('Email').inputValue(), 'eko@elsewhere.example')
  assert.equal(await page.getByLabel('Current password').first().inputValue(), '')
  // Once it is saved there is no draft that could bring it back.
  await page.getByLabel('Email').fill(email)
  await page.getByRole('button', { name: 'Save changes' }).click()
  await until(page, "!JSON.stringify(sessionStorage).includes('+62 811 1')")
  const { user } = await app.ask('GET', '/api/auth/profile', { token })
  assert.deepEqual([user.first_name, user.phone, user.email], ['Eko Putra', '+62 811 1', email])
  await visitor.leave()
})

test('a booking is cancelled once it is known what that does, without Undo unless nobody waits; the focus stays near', async () => {
  const [first, second, third] = [await anEvent(60), await anEvent(70), await anEvent(80)]
  const { email } = await aGuest('Fitri', first, second, third)
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(email)
  const held = Promise.withResolvers<void>()
  await page.route(`**/api/events/${second}/waitlist`, async (route) => {
    await held.promise
    await route.continue()
  })
  await page.route(`**/api/events/${first}/waitlist`, (route) =>
    route.fulfill({ status: 404, json: { error: 'Gone.', code: 'not_found' } }),
  )
  await page.goto('/bookings')
  const links = page.getByRole('article').getByRole('heading').getByRole('link')
  await expectCount(links, 3)
  const cancel = page.getByRole('article').getByRole('button', { name: 'Cancel booking' })
  const question = page.getByRole('dialog', { name: 'Cancel this booking?' })
  const confirm = question.getByRole('button', { name: 'Cancel booking' })

  await cancel.nth(1).press('Enter')
  await confirm.waitFor()
  await setTimeout(500)
  assert.equal(await confirm.isDisabled(), true)
  held.resolve()
  await question.getByText('becomes free').waitFor()
  await confirm.press('Enter')
  const told = page.getByRole('alert').filter({ hasText: 'is cancelled.' })
  await told.getByRole('button', { name: 'Undo' }).waitFor()
  await expectCount(links, 2)
  await until(page, `document.activeElement.getAttribute('href') === '/events/${third}'`)

  // The waiting list cannot be read.
  await cancel.nth(0).press('Enter')
  await question.getByText('becomes free').waitFor()
  await confirm.press('Enter')
  await expectCount(links, 1)
  await until(page, `document.activeElement.getAttribute('href') === '/events/${third}'`)
  await expectCount(told.getByRole('button', { name: 'Undo' }), 0)
  await told.waitFor()

  await cancel.press('Enter')
  await question.getByText('becomes free').waitFor()
  await confirm.press('Enter')
  await page.getByRole('heading', { name: 'Nothing booked' }).waitFor()
  await until(page, "document.activeElement.textContent === 'Your bookings'")
  await leave(visitor)
})

test('a move is undone with the focus on its card, and not once the card was moved elsewhere', async () => {
  const { booking_id } = await aGuest('Gita', await anEvent(4))
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(JANE)
  await page.goto('/crm?q=Gita')
  const card = (stage: string) =>
    page
      .getByRole('region', { name: stage, exact: true })
      .getByRole('button', { name: 'Gita Sukarno', exact: true })
  const undo = page
    .getByRole('alert')
    .filter({ hasText: 'Gita Sukarno is now under Reviewed.' })
    .getByRole('button', { name: 'Undo' })
  await card('New').press('2')
  await card('Reviewed').waitFor()
  await until(page, "document.activeElement.textContent === 'Gita Sukarno'")
  await undo.press('Enter')
  await card('New').waitFor()
  await until(page, "document.activeElement.textContent === 'Gita Sukarno'")

  await card('New').press('2')
  await undo.waitFor()
  const token = await jane()
  await app.ask('PUT', `/api/facilitators/1/crm/bookings/${booking_id}/status`, {
    token,
    body: { crm_status: 'confirmed' },
  })
  await card('Confirmed').waitFor()
  await undo.press('Enter')
  await page.getByText('Gita Sukarno was moved again meanwhile, and stays under Confirmed.').waitFor()
  const { booking } = await app.ask('GET', `/api/facilitators/1/crm/bookings/${booking_id}`, { token })
  assert.equal(booking.crm_status, 'confirmed')
  await visitor.leave()
})

test('a note whose answer was lost is in the history once', async () => {
  const { booking_id } = await aGuest('Hana', await anEvent(4))
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(JANE)
  await loseAnswers(page, '**/crm/bookings/*/status', 'PUT')
  let isReadable = true
  await page.route('**/history?*', (route) => (isReadable ? route.continue() : route.abort()))
  await page.goto(`/crm?q=Hana&contact=${booking_id}`)
  const contact = page.getByRole('dialog', { name: 'Contact' })
  const note = contact.getByLabel('Note')
  const save = contact.getByRole('button', { name: 'Save note' })
  await contact.getByText('Booked', { exact: true }).waitFor()
  await note.fill('Called her.')
  await save.click()
  await page.getByText('Your note is saved.').waitFor()
  assert.equal(await note.inputValue(), '')

  // Neither can the history be read, until the second press.
  isReadable = false
  await note.fill('Called again.')
  await save.click()
  await contact.getByRole('alert').waitFor()
  isReadable = true
  await save.click()
  await until(page, "document.querySelector('[role=dialog] textarea').value === ''")
  const { history } = await app.ask('GET', `/api/facilitators/1/crm/bookings/${booking_id}/history`, {
    token: await jane(),
  })
  assert.deepEqual(
    history.map(({ notes }: { notes: string }) => notes),
    ['Called again.', 'Called her.'],
  )
  await leave(visitor)
})
