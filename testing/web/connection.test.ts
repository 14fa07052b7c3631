import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'
import { expectCount, expectText } from './expect.ts'
import { DEMO_PASSWORD, startWebApp, until, type Visitor, type WebApp } from './web-app.ts'

/** Without a connection, and when the session ends meanwhile. */

const JANE = 'jane.smith@example.com'

let app: WebApp
let people = 0

before(async () => {
  app = await startWebApp()
})
after(() => app.close())

async function aPerson(visitor: Visitor): Promise<{ email: string; token: string }> {
  const email = `wanda-${++people}@example.com`
  const person = { email, password: DEMO_PASSWORD, first_name: 'Wanda', last_name: 'Waits' }
  await app.ask('POST', '/api/auth/register', { body: person })
  await visitor.logIn(email)
  return { email, token: await app.tokenOf(email) }
}

async function anEvent(hours: number): Promise<number> {
  const at = (more: number) => new Date(Date.now() + (hours + more) * 3_600_000).toISOString()
  const { event } = await app.ask('POST', '/api/events/', {
    token: await app.tokenOf(JANE),
    body: {
      title: 'Breath by the Door',
      event_type: 'session',
      start_datetime: at(0),
      end_datetime: at(0.5),
      max_participants: 9,
    },
  })
  return event.id
}

/** Somebody who has booked the event, by their first name. */
async function aGuest(event_id: number, first_name: string): Promise<{ booking_id: number }> {
  const email = `${first_name.toLowerCase()}-${++people}@example.com`
  const body = { email, password: DEMO_PASSWORD, first_name, last_name: 'Waits' }
  await app.ask('POST', '/api/auth/register', { body })
  const token = await app.tokenOf(email)
  const { booking } = await app.ask('POST', '/api/bookings/', { token, body: { event_id } })
  return { booking_id: booking.id }
}

/** The browser itself complains of requests that fail. */
const leave = (visitor: Visitor) =>
  visitor.leave().catch(({ actual }: { actual: string[] }) => {
    const others = actual.filter(
      (text) => !/Failed to load resource|Failed to fetch|status of 401|ApiError: You are offline/.test(text),
    )
    assert.deepEqual(others, [])
  })

test('a seat asked for offline is refused at once, and not booked later', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  const { token } = await aPerson(visitor)
  await page.goto(`/events/${await anEvent(60)}`)
  await page.getByRole('button', { name: 'Book your seat' }).waitFor()
  await page.context().setOffline(true)
  await expectText(page.getByRole('status'), /You are offline\./)
  await page.getByRole('button', { name: 'Book your seat' }).click()
  await expectText(page.getByRole('alert'), /You are offline\. Try again when you have a connection\./)
  await page.context().setOffline(false)
  await page.getByText('You are offline. What you see').waitFor({ state: 'detached' })
  await expectCount(page.getByText('You are offline.'), 0)
  await page.getByRole('link', { name: 'Bookings' }).first().click()
  await page.getByRole('heading', { name: 'Nothing booked' }).waitFor()
  assert.deepEqual((await app.ask('GET', '/api/bookings/', { token })).bookings, [])
  await leave(visitor)
})

test('a page that cannot be loaded offline comes with the connection', async () => {
  const visitor = await app.visit()
  const { page, settle } = visitor
  await aPerson(visitor)
  await settle()
  await page.context().setOffline(true)
  await page.getByRole('link', { name: 'Bookings' }).first().click()
  await page.getByRole('alert').getByText('You are offline. Try again').waitFor()
  await page.context().setOffline(false)
  await page.getByRole('heading', { level: 1, name: 'Your bookings' }).waitFor()
  await page.getByRole('heading', { name: 'Nothing booked' }).waitFor()
  await leave(visitor)
})

test('what a busy server refuses to tell is asked for again after the wait, and a booking is not', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  const event_id = await anEvent(80)
  const busy = {
    status: 503,
    headers: { 'retry-after': '2' },
    json: { error: 'Too much to do: please try again in a moment.', code: 'overloaded' },
  }
  const asked: number[] = []
  await page.route(`**/api/programme/${event_id}`, (route) => {
    asked.push(Date.now())
    return asked.length <= 2 ? route.fulfill(busy) : route.continue()
  })
  await page.goto(`/events/${event_id}`)
  await page.getByRole('status').getByText('Stillpoint is busy. Trying again…').waitFor()
  await page.getByRole('heading', { level: 1, name: 'Breath by the Door' }).waitFor()
  await page.getByText('Trying again…').waitFor({ state: 'detached' })
  const [first = 0, second = 0] = asked
  assert.ok(second - first >= 1_900, `${second - first} ms`)

  await aPerson(visitor)
  let tries = 0
  await page.route('**/api/bookings/', (route) => {
    if (route.request().method() !== 'POST') return route.continue()
    tries++
    return route.fulfill(busy)
  })
  await page.goto(`/events/${event_id}`)
  await page.getByRole('button', { name: 'Book your seat' }).click()
  await page.getByRole('alert').waitFor()
  await page.waitForTimeout(4_000)
  assert.equal(tries, 1)
  await leave(visitor)
})

test('a connection that breaks off is tried again, and the page says so', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  let asked = 0
  await page.route('**/api/programme?*', (route) => (++asked <= 2 ? route.abort() : route.continue()))
  await page.goto('/events')
  await page.getByRole('status').getByText('Stillpoint cannot be reached. Trying again…').waitFor()
  await page.getByRole('article').first().waitFor()
  await leave(visitor)
})

test('check-ins wait for the connection, and say so', async () => {
  const guest = await app.visit()
  const { token } = await aPerson(guest)
  const event_id = await anEvent(2)
  await app.ask('POST', '/api/bookings/', { token, body: { event_id } })
  await guest.leave()
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(JANE)
  await page.goto(`/manage/events/${event_id}`)
  const wanda = page.getByRole('listitem', { name: 'Wanda Waits' })
  await wanda.waitFor()
  await page.context().setOffline(true)
  await page.getByRole('button', { name: 'Check in: Wanda Waits' }).click()
  await expectText(wanda, /Not sent yet/)
  await page.context().setOffline(false)
  await expectText(wanda, /here since/)
  await expectCount(wanda.getByText('Not sent yet'), 0)
  await leave(visitor)
})

test('a mark that is under way stays, whatever is read meanwhile', async () => {
  const event_id = await anEvent(2)
  await aGuest(event_id, 'Ann')
  const { booking_id } = await aGuest(event_id, 'Ben')
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(JANE)
  await page.goto(`/manage/events/${event_id}`)
  const here = (name: string) => page.getByRole('button', { name: `Here: ${name} Waits` })
  const { promise: isAnswered, resolve: answer } = Promise.withResolvers<void>()
  await page.route(`**/api/bookings/${booking_id}/attendance`, async (route) => {
    await isAnswered
    await route.continue()
  })
  await page.getByRole('button', { name: 'Check in: Ben Waits' }).click()
  await here('Ben').waitFor()
  const read = page.waitForResponse((response) => response.url().includes(`/events/${event_id}/bookings?`))
  await aGuest(event_id, 'Cleo')
  await read
  await page.getByRole('button', { name: 'Check in: Cleo Waits' }).waitFor()
  assert.equal(await here('Ben').count(), 1)
  // Sent in their order, and shown at once nevertheless.
  await page.getByRole('button', { name: 'Check in: Ann Waits' }).click()
  await here('Ann').waitFor()
  answer()
  const token = await app.tokenOf(JANE)
  const rosterNow = () => app.ask('GET', `/api/events/${event_id}/bookings`, { token })
  await waitUntil(async () => {
    const { bookings } = await rosterNow()
    return bookings.filter(({ attendance }: { attendance: string }) => attendance === 'attended').length === 2
  }, 10_000)
  assert.equal(await here('Ann').count(), 1)
  assert.equal(await here('Ben').count(), 1)
  await visitor.leave()
})

test('what is done with a contact while the last move is under way stays as it was done, with the focus', async () => {
  const { booking_id } = await aGuest(await anEvent(4), 'Dora')
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(JANE)
  await page.goto('/crm?q=Dora')
  const card = (stage: string) =>
    page
      .getByRole('region', { name: stage, exact: true })
      .getByRole('button', { name: 'Dora Waits', exact: true })
  await card('New').press('2')
  await card('Reviewed').waitFor()
  let held = Promise.withResolvers<void>()
  const sent: string[] = []
  await page.route('**/crm/bookings/*/status', async (route) => {
    const { crm_status } = route.request().postDataJSON()
    sent.push(crm_status)
    if (crm_status === 'new') await held.promise
    const response = await route.fetch()
    if (crm_status === 'confirmed') await held.promise
    await route.fulfill({ response })
  })
  await page
    .getByRole('alert')
    .filter({ hasText: 'Dora Waits' })
    .getByRole('button', { name: 'Undo' })
    .click()
  await card('New').press('3')
  await card('Contacted').waitFor()
  await until(page, "document.activeElement.textContent === 'Dora Waits'")
  // Time for the move to overtake the undoing, which it must not do.
  await setTimeout(500)
  held.resolve()
  await page.getByRole('alert').filter({ hasText: 'Dora Waits is now under Contacted.' }).waitFor()
  await page.keyboard.press('Enter')
  const contact = page.getByRole('dialog', { name: 'Contact' })
  await contact.getByLabel('Note').fill('Called her.')
  assert.deepEqual(sent, ['new', 'contacted'])
  // The note goes with the stage that is shown, after the move to it.
  held = Promise.withResolvers<void>()
  await contact.getByRole('combobox', { name: 'Stage' }).click()
  await page.getByRole('option', { name: 'Confirmed' }).click()
  await contact.getByRole('button', { name: 'Save note' }).click()
  await setTimeout(500)
  assert.equal(await contact.getByRole('combobox', { name: 'Stage' }).inputValue(), 'Confirmed')
  held.resolve()
  await contact.getByRole('listitem').filter({ hasText: 'Called her.' }).waitFor()
  const { booking } = await app.ask('GET', `/api/facilitators/1/crm/bookings/${booking_id}`, {
    token: await app.tokenOf(JANE),
  })
  assert.equal(booking.crm_status, 'confirmed')
  await visitor.leave()
})

test('what is open stays while news that could not be read are asked for again', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  const { token } = await aPerson(visitor)
  const event_id = await anEvent(60)
  await app.ask('POST', '/api/bookings/', { token, body: { event_id } })
  let asked = 0
  // The last answer never comes.
  await page.route('**/api/notices', (route) => (++asked <= 4 ? route.abort() : undefined))
  await page.goto('/bookings')
  const question = page.getByRole('dialog', { name: 'Cancel this booking?' })
  await page.getByRole('button', { name: 'Cancel booking' }).click()
  await question.getByText('You can cancel until it begins.').waitFor()
  await waitUntil(() => asked === 4, 20_000)
  await app.ask('PUT', `/api/events/${event_id}`, {
    token: await app.tokenOf(JANE),
    body: { location: 'The other door' },
  })
  await waitUntil(() => asked === 5, 10_000)
  await page.getByText('The other door').waitFor()
  await question.getByText('You can cancel until it begins.').waitFor()
  await leave(visitor)
})

test('a series and a message whose answer was lost are sent again, and are there once', async () => {
  const event_id = await anEvent(80)
  await aGuest(event_id, 'Elsa')
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(JANE)
  /** The first request is carried out, and its answer never arrives. */
  const loseAnswer = async (address: string) => {
    let isLost = false
    await page.route(address, async (route) => {
      if (isLost || route.request().method() !== 'POST') return route.continue()
      isLost = true
      await route.fetch()
      await route.abort()
    })
  }

  await loseAnswer('**/api/events/')
  await page.goto('/manage/events?write=new')
  const form = page.getByRole('dialog', { name: 'New event' })
  await form.getByLabel('Title').fill('Once Upon a Line')
  await form.getByRole('combobox', { name: 'Repeat' }).click()
  await page.getByRole('option', { name: 'Every day' }).click()
  await form.getByLabel('How many events').fill('3')
  await form.getByRole('button', { name: 'Create event' }).click()
  await form.getByRole('alert').waitFor()
  await form.getByRole('button', { name: 'Create event' }).click()
  await page.getByText('3 events can be booked now.').waitFor()
  await page.goto('/manage/events?q=Once')
  await expectCount(page.getByRole('article').filter({ hasText: 'Once Upon a Line' }), 3)

  await loseAnswer('**/messages')
  await page.goto(`/manage/events/${event_id}`)
  await page.getByRole('button', { name: 'Write to everybody' }).click()
  const message = page.getByRole('dialog', { name: 'Write to everybody' })
  await message.getByLabel('Subject').fill('The door')
  await message.getByLabel('Text').fill('It is the blue one.')
  await message.getByRole('button', { name: 'Preview' }).click()
  const send = message.getByRole('button', { name: 'Send to 1 person' })
  await send.click()
  await message.getByRole('alert').waitFor()
  // Whoever books meanwhile does not get the message, and nobody gets it twice.
  await aGuest(event_id, 'Faye')
  await message.getByRole('button', { name: /^Send to/ }).click()
  await page.getByText('Your message is on its way to 1 person.').waitFor()
  await leave(visitor)
})

test('a session that was ended elsewhere says so, over the page when somebody is writing there', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  const { email, token } = await aPerson(visitor)
  await page.goto(`/events/${await anEvent(30)}`)
  await page.getByLabel(/A note for/).fill('Pregnant, 2nd trimester')
  await app.ask('POST', '/api/auth/logout', { token, body: { everywhere: true } })
  await page.getByRole('button', { name: 'Book your seat' }).click()
  const dialog = page.getByRole('dialog', { name: 'Log in again' })
  await dialog.getByText(/Your session has ended/).waitFor()
  assert.equal(await dialog.getByLabel('Email').inputValue(), email)
  await dialog.getByRole('textbox', { name: 'Password' }).fill(DEMO_PASSWORD)
  await dialog.getByRole('button', { name: 'Log in', exact: true }).click()
  await dialog.waitFor({ state: 'hidden' })
  assert.equal(await page.getByLabel(/A note for/).inputValue(), 'Pregnant, 2nd trimester')
  await page.getByRole('button', { name: 'Book your seat' }).click()
  await page.getByText('You’re in.').waitFor()

  await app.ask('POST', '/api/auth/logout', { token: await app.tokenOf(email), body: { everywhere: true } })
  await page.goto('/profile')
  await page.waitForURL('**/login?next=%2Fprofile')
  await page.getByText(/Your session has ended/).waitFor()
  await leave(visitor)
})

test('a view that cannot be loaded offline waits for the connection, and comes with it', async () => {
  const visitor = await app.visit()
  const { page, settle } = visitor
  await page.goto('/events')
  await page.getByRole('article').first().waitFor()
  await settle()
  await page.context().setOffline(true)
  await page.getByRole('button', { name: 'Calendar' }).click()
  await page.getByRole('alert').getByText('You are offline. Try again').waitFor()
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('alert').getByText('You are offline. Try again').waitFor()
  await page.context().setOffline(false)
  await page.getByRole('table').waitFor()
  await leave(visitor)
})

test('who books sees the ticket, though its code could not be loaded at first', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await aPerson(visitor)
  let refused = 0
  await page.route(/\/assets\/ticket-[^?]+$/, (route) => {
    refused++
    return route.abort()
  })
  await page.goto(`/events/${await anEvent(100)}`)
  await page.getByRole('button', { name: 'Book your seat' }).click()
  await page.getByRole('heading', { name: 'You’re in.' }).waitFor()
  assert.ok(refused > 0)
  await leave(visitor)
})

test('what opens on demand says that it could not be loaded, and opens at the next press', async () => {
  const visitor = await app.visit()
  const { page, settle } = visitor
  const { token } = await aPerson(visitor)
  const event_id = await anEvent(90)
  await app.ask('POST', '/api/bookings/', { token, body: { event_id } })
  await page.goto(`/events/${event_id}`)
  const cancel = page.getByRole('button', { name: 'Cancel booking' })
  await cancel.waitFor()
  await settle()
  await page.context().setOffline(true)
  await cancel.click()
  await expectText(page.getByRole('alert'), /You are offline\. Try again when you have a connection\./)
  await page.context().setOffline(false)
  await page.getByText('You are offline. What you see').waitFor({ state: 'detached' })
  await cancel.click()
  await page.getByRole('dialog', { name: 'Cancel this booking?' }).waitFor()
  await page.keyboard.press('Escape')
  await until(page, "document.activeElement.textContent === 'Cancel booking'")
  // A request that fails while the browser counts as online.
  let refused = 0
  await page.route('**/assets/*account-menu*', (route) =>
    refused++ === 0 ? route.abort() : route.continue(),
  )
  await page.getByRole('button', { name: /^Account/ }).press('Enter')
  await page.getByRole('menuitem', { name: 'Log out' }).waitFor()
  assert.ok(refused > 1)
  await leave(visitor)
})
