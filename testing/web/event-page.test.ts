import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { expectCount, expectText } from './expect.ts'
import { DEMO_PASSWORD, startWebApp, type WebApp } from './web-app.ts'

/** What readers are told about an event: where its links lead, that it is cancelled and why, that it is theirs. */

const JANE = 'jane.smith@example.com'
const PHONE = { width: 390, height: 844 }

let app: WebApp
let people = 0
let days = 40

before(async () => {
  app = await startWebApp()
})
after(() => app.close())

async function anEvent(more: object = {}): Promise<number> {
  // A day of its own, so that nothing overlaps.
  const start = Date.now() + ++days * 86_400_000
  const { event } = await app.ask('POST', '/api/events/', {
    token: await app.tokenOf(JANE),
    body: {
      title: 'Lamp and Breath',
      event_type: 'session',
      start_datetime: new Date(start).toISOString(),
      end_datetime: new Date(start + 3_600_000).toISOString(),
      max_participants: 9,
      ...more,
    },
  })
  return event.id
}

async function aPerson(): Promise<string> {
  const email = `nora-${++people}@example.com`
  const person = { email, password: DEMO_PASSWORD, first_name: 'Nora', last_name: 'North' }
  await app.ask('POST', '/api/auth/register', { body: person })
  return email
}

async function book(email: string, event_id: number, notes?: string): Promise<number> {
  const body = { event_id, notes: notes ?? null }
  const { booking } = await app.ask('POST', '/api/bookings/', { token: await app.tokenOf(email), body })
  return booking.id
}

test('an event that the studio cancels is told of on Home and Bookings with its reason, until it is known', async () => {
  const event_id = await anEvent()
  const email = await aPerson()
  await book(email, event_id)
  const studio = await app.visit()
  await studio.logIn(JANE)
  await studio.page.goto(`/manage/events/${event_id}`)
  await studio.page.getByRole('button', { name: /^Actions for/ }).click()
  await studio.page.getByRole('menuitem', { name: 'Cancel event…' }).click()
  const question = studio.page.getByRole('dialog', { name: 'Cancel this event?' })
  await expectText(question, /1 person loses a seat\. They get a mail, and see it .* when they log in/)
  await expectCount(question.getByText(/are told/), 0)
  await question.getByLabel('Reason (optional)').fill('Marlène has the flu. Sorry!')
  await question.getByRole('button', { name: 'Cancel event' }).click()
  await studio.page.getByText(/“Lamp and Breath” is cancelled, and 1 booking with it\./).waitFor()
  await studio.leave()

  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(email)
  for (const path of ['/', '/bookings']) {
    await page.goto(path)
    const news = page.getByRole('region', { name: 'News about your bookings' })
    await expectText(news, /Lamp and Breath is cancelled.*Marlène has the flu\. Sorry!/s)
  }
  await page.getByRole('tab', { name: 'Cancelled' }).click()
  const card = page.getByRole('article').filter({ hasText: 'Lamp and Breath' })
  await expectText(card, /Marlène has the flu\. Sorry!.*Cancelled by the studio/s)
  await page.getByRole('button', { name: 'Got it: Lamp and Breath is cancelled' }).click()
  await expectCount(page.getByRole('region', { name: 'News about your bookings' }), 0)
  await page.goto('/')
  await visitor.settle()
  await expectCount(page.getByText('Marlène has the flu'), 0)
  await page.goto(`/events/${event_id}`)
  await expectText(page.getByLabel('Your place'), /Cancelled by the studio.*Marlène has the flu/s)
  await visitor.leave()
})

test('a booking that the studio cancels gives its reason in the list and on the event’s page', async () => {
  const event_id = await anEvent()
  const email = await aPerson()
  await book(email, event_id)
  const { users } = await app.ask('GET', `/api/users?search=${email}`, {
    token: await app.tokenOf('admin@example.com'),
  })
  await app.ask('POST', `/api/users/${users[0].id}/cancel-bookings`, {
    token: await app.tokenOf('admin@example.com'),
    body: { reason: 'Agreed by phone' },
  })
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(email)
  await page.goto(`/events/${event_id}`)
  await page.getByText('Your booking was cancelled by the studio: Agreed by phone').waitFor()
  await page.getByRole('button', { name: 'Book your seat' }).waitFor()
  await page.goto('/bookings')
  await page.getByRole('tab', { name: 'Cancelled' }).click()
  await expectText(page.getByRole('article'), /Agreed by phone.*Cancelled by the studio/s)
  await visitor.leave()
})

test('links in a description lead to a new tab, and a long one does not widen the page', async () => {
  const map = `https://maps.example.com/place/${'x'.repeat(300)}`
  const event_id = await anEvent({
    description: `The way: ${map}. Not here: http://plain.example.com javascript:alert(1)`,
  })
  const visitor = await app.visit({ viewport: PHONE })
  const { page } = visitor
  await visitor.logIn(await aPerson())
  await page.goto(`/events/${event_id}`)
  const link = page.getByRole('link', { name: map })
  await link.waitFor()
  assert.deepEqual(
    [await link.getAttribute('href'), await link.getAttribute('target'), await link.getAttribute('rel')],
    [map, '_blank', 'noopener noreferrer'],
  )
  assert.equal(await page.getByRole('link', { name: 'plain.example.com' }).count(), 0)
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), PHONE.width)
  await visitor.leave()
})

test('a link to an event that is gone shows what is on next', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(await aPerson())
  for (const id of ['999999', 'abc']) {
    await page.goto(`/events/${id}`)
    await page.getByRole('heading', { name: 'This event is not here any more' }).waitFor()
    await page.getByRole('heading', { name: 'On next' }).waitFor()
    await page.getByRole('article').first().waitFor()
    assert.equal(await page.getByRole('button', { name: 'Try again' }).count(), 0)
  }
  // The event, its waiting list and its stream, as far as the next address has not cut them off.
  await visitor.leave().catch(({ actual }: { actual: string[] }) => {
    assert.deepEqual(
      actual.filter((text) => !text.includes('status of 404')),
      [],
    )
  })
})

test('a facilitator manages an event of their own, and an admin is greeted by name', async () => {
  const event_id = await anEvent()
  const facilitator = await app.visit()
  await facilitator.logIn(JANE)
  await facilitator.page.goto(`/events/${event_id}`)
  await facilitator.page.getByText('You lead this event.').waitFor()
  assert.equal(await facilitator.page.getByRole('button', { name: 'Book your seat' }).count(), 0)
  await facilitator.page.getByRole('link', { name: 'Manage' }).click()
  await facilitator.page.waitForURL(`**/manage/events/${event_id}`)
  await facilitator.leave()
  const admin = await app.visit()
  await admin.logIn('admin@example.com')
  await admin.page.goto('/dashboard?of=1')
  await expectText(admin.page.getByRole('heading', { level: 1 }), /^Hello, Ada$/)
  await admin.page.getByText('How the events of Jane Smith are doing.').waitFor()
  await admin.page.goto(`/events/${event_id}`)
  await admin.page.getByRole('button', { name: 'Book your seat' }).waitFor()
  await admin.page.getByRole('link', { name: 'Manage' }).waitFor()
  await admin.leave()
})

test('an event can be booked although the account cannot be read', async () => {
  const event_id = await anEvent()
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(await aPerson())
  await page.route('**/api/auth/account', (route) =>
    route.fulfill({
      status: 404,
      json: { error: 'No such account: check the id.', code: 'account_not_found' },
    }),
  )
  await page.goto(`/events/${event_id}`)
  await page.getByRole('button', { name: 'Book your seat' }).click()
  await page.getByText('You’re in.').waitFor()
  await visitor.leave().catch(({ actual }: { actual: string[] }) => {
    assert.deepEqual(
      actual.filter((text) => !text.includes('status of 404')),
      [],
    )
  })
})

test('a contact shows the event’s date, what the attendee wrote, payment and attendance', async () => {
  const event_id = await anEvent()
  const booking_id = await book(await aPerson(), event_id, 'Pregnant, 2nd trimester')
  await app.ask('PUT', `/api/bookings/${booking_id}/payment`, {
    token: await app.tokenOf(JANE),
    body: { payment_status: 'paid' },
  })
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(JANE)
  await page.goto(`/crm?contact=${booking_id}`)
  const drawer = page.getByRole('dialog', { name: 'Contact' })
  await expectText(drawer, /Their note\s*Pregnant, 2nd trimester/)
  await expectText(
    drawer,
    /Event\s*\w{3},? \d+ \w+( \d{4})?, \d\d:\d\d ?– ?(\w{3},? \d+ \w+( \d{4})?, )?\d\d:\d\d/,
  )
  await expectText(drawer, /Payment\s*Paid\s*Attendance\s*Not checked in/)
  await visitor.leave()
})

const TOO_LATE =
  'You can no longer cancel this booking. If you cannot come, say so in your note for the facilitator.'
/** Counted back from the start of `anEvent`, that is in the past. */
const DEADLINE_OVER = { cancellation_deadline_hours: 8_000 }

test('who books after the deadline is told before and after, without a button, until the event has another deadline', async () => {
  const event_id = await anEvent(DEADLINE_OVER)
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(await aPerson())
  await page.goto(`/events/${event_id}`)
  const place = page.getByLabel('Your place')
  await place.getByText(/^If you book now, you cannot cancel: that was possible until /).waitFor()
  await place.getByRole('button', { name: 'Book your seat' }).click()
  await place.getByText(TOO_LATE).waitFor()
  await expectCount(page.getByRole('button', { name: 'Cancel booking' }), 0)
  await expectCount(page.getByText(/You can cancel|If you book now/), 0)
  await page.goto('/bookings')
  const card = page.getByRole('article').filter({ hasText: 'Lamp and Breath' })
  await card.getByText(TOO_LATE).waitFor()
  await expectCount(page.getByRole('button', { name: 'Cancel booking' }), 0)

  await app.ask('PUT', `/api/events/${event_id}`, {
    token: await app.tokenOf(JANE),
    body: { cancellation_deadline_hours: 0 },
  })
  await card.getByRole('button', { name: 'Cancel booking' }).waitFor()
  await expectCount(card.getByText(TOO_LATE), 0)
  await visitor.leave()
})

test('who was given a seat after the deadline can cancel until it begins, and is told so', async () => {
  const event_id = await anEvent({ ...DEADLINE_OVER, max_participants: 1 })
  const booking_id = await book(await aPerson(), event_id)
  const email = await aPerson()
  await app.ask('POST', `/api/events/${event_id}/waitlist`, { token: await app.tokenOf(email) })
  await app.ask('PUT', `/api/events/${event_id}/bookings/${booking_id}/cancel`, {
    token: await app.tokenOf(JANE),
  })
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(email)
  await page.goto(`/events/${event_id}`)
  const place = page.getByLabel('Your place')
  await place.getByText('You can cancel until it begins.').waitFor()
  await page.goto('/bookings')
  const card = page.getByRole('article').filter({ hasText: 'Lamp and Breath' })
  await card.getByRole('button', { name: 'Cancel booking' }).click()
  const question = page.getByRole('dialog', { name: 'Cancel this booking?' })
  await question.getByText('You can cancel until it begins.').waitFor()
  await question.getByRole('button', { name: 'Cancel booking' }).click()
  await page.getByText('Your booking of Lamp and Breath is cancelled.').waitFor()
  await page.getByText('Nothing booked').waitFor()
  await visitor.leave()
})

test('the first screen of a phone says until when a seat can be cancelled, and the question what becomes of it and of money', async () => {
  const event_id = await anEvent({ max_participants: 1, location: 'Studio A', price: 15 })
  const email = await aPerson()
  const booking_id = await book(email, event_id)
  const visitor = await app.visit({ viewport: PHONE })
  const { page } = visitor
  await visitor.logIn(email)
  await page.goto(`/events/${event_id}`)
  const place = page.getByLabel('Your place')
  const cancel = place.getByRole('button', { name: 'Cancel booking' })
  await place.getByText(/^You can cancel until /).waitFor()
  const bar = await page.getByRole('navigation', { name: 'Main, on phones' }).boundingBox()
  const button = await cancel.boundingBox()
  assert.ok(bar && button && button.y + button.height <= bar.y)
  await cancel.click()
  const question = page.getByRole('dialog', { name: 'Cancel this booking?' })
  await question.getByText('Your seat at Lamp and Breath becomes free.').waitFor()
  await expectCount(question.getByText(/waiting list|money/), 0)
  await app.ask('PUT', `/api/bookings/${booking_id}/payment`, {
    token: await app.tokenOf(JANE),
    body: { payment_status: 'paid' },
  })
  await app.ask('POST', `/api/events/${event_id}/waitlist`, { token: await app.tokenOf(await aPerson()) })
  await page.reload()
  await cancel.click()
  await question.getByText('You have paid for it: ask the studio about your money.').waitFor()
  await question.getByText(/becomes free, and goes to the first person on the waiting list\.$/).waitFor()
  await visitor.leave()
})
