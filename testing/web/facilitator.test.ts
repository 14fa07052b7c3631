import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { expectCount, expectOnlyRefusals, expectText } from './expect.ts'
import { startWebApp, until, type WebApp } from './web-app.ts'

/** What facilitators do, by what they see and can name. */

const JANE = 'jane.smith@example.com'

let app: WebApp

before(async () => {
  app = await startWebApp()
})
after(() => app.close())

const book = async (email: string, event_id: number) =>
  app.ask('POST', '/api/bookings/', {
    token: await app.tokenOf(email),
    body: { event_id, notes: 'By the late bus' },
  })

/** The day and time that a field of its kind takes, so many hours from now, in the zone of the visitor. */
function inHours(hours: number): string {
  const at = new Date(Date.now() + hours * 3_600_000)
  return new Intl.DateTimeFormat('sv-SE', {
    dateStyle: 'short',
    timeStyle: 'short',
    timeZone: 'Europe/Berlin',
  })
    .format(at)
    .replace(' ', 'T')
}

test('a facilitator plans a series, sees who comes, checks them in, is paid, and looks after them', async () => {
  const visitor = await app.visit({ acceptDownloads: true })
  const { page } = visitor
  await visitor.logIn(JANE)
  await page
    .getByRole('navigation', { name: 'Main', exact: true })
    .getByRole('link', { name: 'Studio' })
    .click()
  await page.getByRole('heading', { level: 1, name: 'Hello, Jane' }).waitFor()
  await page.getByRole('navigation', { name: 'Studio' }).getByRole('link', { name: 'Your events' }).click()
  await page.getByRole('button', { name: 'New event' }).click()
  const form = page.getByRole('dialog', { name: 'New event' })

  // What is missing is said at its field, by us or by the API.
  await form.getByRole('button', { name: 'Create' }).click()
  await form.getByText('Enter a title.').waitFor()
  await form.getByRole('button', { name: 'Discard changes' }).waitFor()
  await form.getByLabel('Title').fill('Lamp and Breath')
  await form.getByLabel('Begins').fill(inHours(5))
  await form.getByLabel('Ends').fill(inHours(6))
  await form.getByLabel('Online link (optional)').fill('nowhere')
  await form.getByRole('combobox', { name: 'Repeat' }).click()
  await page.getByRole('option', { name: 'Every day' }).click()
  await form.getByLabel('How many events').fill('3')
  await form.getByText('Every day, 3 times.').waitFor()
  await form.getByRole('button', { name: 'Create' }).click()
  await form.getByText('Enter an address that begins with https://.').waitFor()
  await form.getByLabel('Online link (optional)').fill('')
  await form.getByLabel('Place (optional)').fill('The Attic')
  await form.getByRole('button', { name: 'Create' }).click()
  await page.getByText('3 events can be booked now.').waitFor()

  const series = page.getByRole('article').filter({ hasText: 'Lamp and Breath' })
  await expectCount(series, 3)
  await series.first().getByRole('link', { name: 'Lamp and Breath' }).click()
  await page.getByRole('heading', { name: 'Nobody has booked yet' }).waitFor()
  const event_id = Number(new URL(page.url()).pathname.split('/').at(-1))

  // Whoever books meanwhile appears without a reload.
  await book('john.doe@example.com', event_id)
  const john = page.getByRole('listitem', { name: 'John Doe' })
  await expectText(john, /By the late bus/)
  await page.getByRole('searchbox', { name: 'Search attendees' }).waitFor()
  await page.getByRole('button', { name: 'Check in: John Doe' }).click()
  await page.getByRole('button', { name: 'Here: John Doe' }).waitFor()
  await expectText(john, /here since/)
  await page.getByRole('button', { name: 'Payment of John Doe: Free' }).click()
  await page.getByRole('menuitem', { name: 'Mark as paid' }).click()
  await page.getByRole('button', { name: 'Payment of John Doe: Paid' }).waitFor()
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download for Excel' }).click(),
  ])
  assert.equal(file.suggestedFilename(), `event-${event_id}-bookings.xlsx`)
  const token = await app.tokenOf(JANE)
  const roster = await app.ask('GET', `/api/events/${event_id}/bookings`, { token })
  assert.deepEqual([roster.bookings[0].attendance, roster.bookings[0].payment_status], ['attended', 'paid'])

  await page.getByRole('navigation', { name: 'Studio' }).getByRole('link', { name: 'Contacts' }).click()
  const stage = (name: string) => page.getByRole('region', { name, exact: true })
  const card = (name: string) => stage(name).getByRole('listitem').filter({ hasText: 'John Doe' })
  await card('New').dragTo(stage('Reviewed'))
  await card('Reviewed').waitFor()
  const moved = page.getByRole('alert').filter({ hasText: 'John Doe is now under Reviewed.' })
  await moved.getByRole('button', { name: 'Undo' }).click()
  await card('New').waitFor()
  // By the keyboard, which stays with the card.
  await card('New').getByRole('button', { name: 'John Doe', exact: true }).press('3')
  await card('Contacted').waitFor()
  await until(page, "document.activeElement.textContent === 'John Doe'")
  await page.keyboard.press('Enter')
  const contact = page.getByRole('dialog', { name: 'Contact' })
  await contact.getByLabel('Note').fill('Sends greetings to the cat.')
  await contact.getByRole('button', { name: 'Save note' }).click()
  await contact.getByRole('listitem').filter({ hasText: 'Sends greetings to the cat.' }).waitFor()
  await expectText(contact.getByRole('list'), /Moved to Contacted/)
  await expectText(contact.getByRole('list'), /Jane Smith/)
  await expectOnlyRefusals(visitor.leave(), 400)
})

test('a whole series is changed and cancelled with a reason, and one of it by itself', async () => {
  const token = await app.tokenOf(JANE)
  const start = new Date(Date.now() + 50 * 86_400_000)
  const { events } = await app.ask('POST', '/api/events/', {
    token,
    body: {
      title: 'Slow Tuesday',
      event_type: 'session',
      start_datetime: start.toISOString(),
      end_datetime: new Date(start.getTime() + 3_600_000).toISOString(),
      max_participants: 6,
      recurrence: 'FREQ=WEEKLY;COUNT=3',
    },
  })
  await app.ask('POST', '/api/bookings/', {
    token: await app.tokenOf('john.doe@example.com'),
    body: { event_id: events[2].id },
  })
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(JANE)
  await page.goto('/manage/events?q=Slow')
  const rows = page.getByRole('article').filter({ hasText: 'Slow Tuesday' })
  await rows.nth(2).waitFor()
  const choose = async (row: number, action: string) => {
    await rows
      .nth(row)
      .getByRole('button', { name: /^Actions for/ })
      .click()
    await page.getByRole('menuitem', { name: action }).click()
  }
  await choose(1, 'Change')
  const form = page.getByRole('dialog', { name: 'Change event' })
  await form.getByLabel('Seats').fill('9')
  await form.getByLabel('This one and all later ones').click()
  await form.getByText('Nobody is written to about this change.').waitFor()
  const told = form.getByText('All who have booked (1 booking; 2 dates change) are told, and can cancel.')
  const place = form.getByLabel('Place (optional)')
  const known = await place.inputValue()
  await place.fill('The room upstairs')
  await told.waitFor()
  await place.fill(known)
  await told.waitFor({ state: 'detached' })
  await form.getByRole('button', { name: 'Save changes' }).click()
  await page.getByText('2 events are saved.').waitFor()
  await expectText(rows.nth(0), /0 of 6/)
  await expectText(rows.nth(1), /0 of 9/)
  await expectText(rows.nth(2), /1 of 9/)

  await choose(0, 'Cancel event…')
  const question = page.getByRole('dialog', { name: 'Cancel this event?' })
  await question.getByLabel('Reason (optional)').fill('The roof is being mended.')
  await question.getByRole('button', { name: 'Cancel event' }).click()
  await expectCount(rows, 2)
  await page.getByText('Cancelled', { exact: true }).click()
  await page.waitForURL('**when=cancelled**')
  await expectText(rows, /Cancelled/)
  await expectCount(rows, 1)
  await page.getByText('Upcoming', { exact: true }).click()
  await expectCount(rows, 2)

  await choose(0, 'Duplicate')
  const copy = page.getByRole('dialog', { name: 'Copy of an event' })
  await copy.getByLabel('Title').fill('Slow Wednesday')
  await copy.getByRole('button', { name: 'Create event' }).click()
  await page.getByRole('article').filter({ hasText: 'Slow Wednesday' }).waitFor()
  await page.getByRole('alert').getByRole('button', { name: 'See it' }).click()
  await page.getByRole('heading', { level: 1, name: 'Slow Wednesday' }).waitFor()
  await page.goto(`/manage/events/${events[0].id}`)
  await page.getByRole('heading', { name: 'Nobody had booked' }).waitFor()
  const guest = await app.ask('GET', '/api/events/?status=cancelled&search=Slow', { token })
  assert.equal(guest.events[0].cancellation_reason, 'The roof is being mended.')
  await visitor.leave()
})

test('a booking shows on board and dashboard at once, and a move that is refused goes back', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(JANE)
  await page.goto('/dashboard')
  const total = page.getByRole('definition').first()
  await total.waitFor()
  const before = Number(await total.innerText())
  await book('john.doe@example.com', 9)
  await expectText(total, new RegExp(`^${before + 1}$`))

  await page.goto('/crm?q=Walking')
  const stage = (name: string) => page.getByRole('region', { name, exact: true })
  await stage('New').getByRole('listitem').filter({ hasText: 'John Doe' }).waitFor()
  await page.route('**/crm/bookings/*/status', (route) =>
    route.fulfill({
      status: 404,
      contentType: 'application/json',
      body: JSON.stringify({ error: 'No such booking: check the id.', code: 'booking_not_found' }),
    }),
  )
  await page.getByRole('button', { name: 'Move John Doe' }).click()
  await page.getByRole('menuitem', { name: 'Confirmed' }).click()
  await page.getByText('John Doe was not moved').waitFor()
  await stage('New').getByRole('listitem').filter({ hasText: 'John Doe' }).waitFor()
  await expectOnlyRefusals(visitor.leave(), 404)
})

test('attendees find no way into the studio, and are told calmly when they type its address', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn('john.doe@example.com')
  await page.getByRole('article').first().waitFor()
  await expectCount(page.getByRole('link', { name: 'Studio' }), 0)
  for (const path of ['/dashboard', '/manage/events', '/manage/events/1', '/crm', '/admin/delivery']) {
    await page.goto(path)
    await page.getByRole('heading', { name: 'You don’t have access' }).waitFor()
    await page
      .getByText(/^This page is for facilitators and admins\. You are logged in as john\.doe@/)
      .waitFor()
  }
  await page.getByRole('main').getByRole('link', { name: 'See what is on' }).click()
  await page.waitForURL('**/events')
  await page
    .getByText(/^Times at a place are local; online events are in your time zone, Europe\/Berlin/)
    .waitFor()
  await visitor.leave()
})
