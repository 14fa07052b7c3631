import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { expectOnlyRefusals, expectText } from './expect.ts'
import { startWebApp, type WebApp } from './web-app.ts'

/** Links that are made of what people typed, and refusals in the server's own words. */

const EVIL = 'boss?cc=evil@example.com'
const ENCODED = 'mailto:boss%3Fcc%3Devil@example.com'
const JANE = 'jane.smith@example.com'

let app: WebApp

before(async () => {
  app = await startWebApp()
})
after(() => app.close())

test('writing to an attendee from the roster writes to nobody else, and dials nothing but a number', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(JANE)
  // Whatever the API lets people be called: the page has to hold by itself.
  await page.route('**/api/events/1/bookings?*', async (route) => {
    const answer = await (await route.fetch()).json()
    const [first, second] = answer.bookings
    Object.assign(first.user, { first_name: 'Eve', last_name: 'One', email: EVIL, phone: '+49 (0)30 55-501' })
    Object.assign(second.user, { first_name: 'Eve', last_name: 'Two', phone: '*21*0900123456#' })
    await route.fulfill({ json: answer })
  })
  await page.goto('/manage/events/1')
  await page.getByRole('button', { name: 'More about Eve One' }).click()
  const item = (name: string | RegExp) => page.getByRole('menuitem', { name })
  assert.equal(await item('Send e-mail').getAttribute('href'), ENCODED)
  assert.equal(await item(/^Call/).getAttribute('href'), 'tel:+493055501')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'More about Eve Two' }).click()
  await page.getByText('Phone: *21*0900123456#').waitFor()
  assert.equal(await item(/^Call/).count(), 0)
  await visitor.leave()
})

test('and so does writing to a contact', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(JANE)
  await page.route(/\/crm\/bookings\/1$/, async (route) => {
    const answer = await (await route.fetch()).json()
    Object.assign(answer.booking.user, { email: EVIL, phone: 'call me' })
    await route.fulfill({ json: answer })
  })
  await page.goto('/crm?contact=1')
  assert.equal(await page.getByRole('link', { name: EVIL }).getAttribute('href'), ENCODED)
  await page.getByText('call me').waitFor()
  assert.equal(await page.locator('a[href^=tel]').count(), 0)
  await visitor.leave()
})

test('an online link says where it leads, in letters that nobody can mistake', async () => {
  const [jane, john] = [await app.tokenOf(JANE), await app.tokenOf('john.doe@example.com')]
  const day = new Date(Date.now() + 400 * 3_600_000).toISOString().slice(0, 10)
  const { event } = await app.ask('POST', '/api/events/', {
    token: jane,
    body: {
      title: 'Breath Online',
      event_type: 'session',
      start_datetime: `${day}T04:00:00`,
      end_datetime: `${day}T05:00:00`,
      max_participants: 9,
      virtual_link: 'https://zооm.us/j/1',
    },
  })
  await app.ask('POST', '/api/bookings/', { token: john, body: { event_id: event.id } })
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn('john.doe@example.com')
  await page.goto('/bookings')
  const join = page.getByRole('link', { name: 'Join online' })
  assert.equal(await join.getAttribute('href'), 'https://xn--zm-fmca.us/j/1')
  assert.equal(await join.getAttribute('rel'), 'noreferrer')
  await page.getByText('Opens xn--zm-fmca.us').waitFor()
  await visitor.leave()
})

test('whoever writes a link that leads nowhere good is told beside the field', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(JANE)
  await page.goto('/manage/events?write=new')
  const form = page.getByRole('dialog', { name: 'New event' })
  await form.getByLabel('Title').fill('Breath')
  await form.getByLabel('Online link').fill('http://192.168.178.1/')
  await form.getByRole('button', { name: 'Create event' }).click()
  await form.getByText('Enter an address that every attendee can open.').waitFor()
  await expectOnlyRefusals(visitor.leave(), 400)
})

for (const { status, code, error, headers, said, link } of [
  {
    status: 409,
    code: 'too_many_ahead',
    error: 'You hold 10 bookings ahead, as many as you can: cancel one first.',
    headers: {},
    said: /^You hold 10 bookings ahead, as many as you can: cancel one first\.$/,
    link: 1,
  },
  {
    status: 429,
    code: 'too_many_requests',
    error: 'Too many bookings at once: please try again later.',
    headers: { 'retry-after': '42' },
    said: /please try again later\. You can try again in 42 seconds\.$/,
    link: 0,
  },
  {
    status: 503,
    code: 'too_busy',
    error: 'Too many requests at once: please try again.',
    headers: { 'retry-after': '90' },
    said: /right now\. You can try again in 2 minutes\.$/,
    link: 0,
  },
]) {
  test(`a booking that is refused with ${status} says why, and what to do`, async () => {
    const visitor = await app.visit()
    const { page } = visitor
    await visitor.logIn('john.doe@example.com')
    await page.route('**/api/bookings/', (route) =>
      route.request().method() === 'POST'
        ? route.fulfill({ status, headers, json: { error, code } })
        : route.continue(),
    )
    await page.goto('/events/5')
    await page.getByRole('button', { name: 'Book your seat' }).click()
    const place = page.getByRole('region', { name: 'Your place' })
    await expectText(place.getByRole('alert'), said)
    assert.equal(await place.getByRole('link', { name: 'See your bookings' }).count(), link)
    await expectOnlyRefusals(visitor.leave(), status)
  })
}
