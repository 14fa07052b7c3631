import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { expectCount, expectText } from './expect.ts'
import { DEMO_PASSWORD, startWebApp, type Visitor, type WebApp } from './web-app.ts'

/** From a link that somebody has sent to a seat: without a detour, and never twice. */

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true }
const JANE = 'jane.smith@example.com'
const ADDRESSES = { permissions: ['clipboard-read', 'clipboard-write'] }

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
  const { event, events } = await app.ask('POST', '/api/events/', {
    token: await app.tokenOf(JANE),
    body: {
      title: 'Lamp and Breath',
      event_type: 'session',
      start_datetime: new Date(start).toISOString(),
      end_datetime: new Date(start + 3_600_000).toISOString(),
      max_participants: 9,
      price: 20,
      location: 'Hall of the Old Mill',
      ...more,
    },
  })
  return (event ?? events[0]).id
}

async function aPerson(): Promise<string> {
  const email = `known-${++people}@example.com`
  const person = { email, password: DEMO_PASSWORD, first_name: 'Nora', last_name: 'North' }
  await app.ask('POST', '/api/auth/register', { body: person })
  return email
}

async function bookingsOf(email: string): Promise<{ event: { id: number } }[]> {
  return (await app.ask('GET', '/api/bookings/', { token: await app.tokenOf(email) })).bookings
}

async function introduce(page: Page, email = `new-${++people}@example.com`): Promise<string> {
  await page.getByLabel('First name').fill('Prince')
  await page.getByLabel('Email').fill(email)
  await page.getByRole('textbox', { name: 'Password' }).fill(DEMO_PASSWORD)
  return email
}

/** The browser itself complains of requests that fail. */
const leave = (visitor: Visitor) =>
  visitor.leave().catch(({ actual }: { actual: string[] }) => {
    assert.deepEqual(
      actual.filter((text) => !text.includes('Failed to load resource')),
      [],
    )
  })

const isIn = (page: Page) => page.getByRole('heading', { name: 'You’re in.' })

test('a stranger follows a link on a phone, says who they are, and has a seat', async () => {
  const id = await anEvent()
  const visitor = await app.visit(PHONE)
  const { page } = visitor
  await page.goto(`/events/${id}`)
  await page.getByRole('heading', { level: 1, name: 'Lamp and Breath' }).waitFor()
  const bar = page.locator('[data-thumb-bar]')
  await expectText(bar, /€20.*9 seats free.*Book/s)
  const box = await bar.boundingBox()
  assert.ok(box && box.y + box.height <= 844, 'without scrolling')
  await expectCount(page.getByLabel('Your place').locator('input'), 4)
  await page.getByLabel('Your place').getByText('You can cancel until it begins.').waitFor()

  await bar.getByRole('button', { name: 'Book' }).click()
  assert.equal(await page.evaluate('document.activeElement.autocomplete'), 'given-name')
  await expectCount(page.locator('[aria-invalid=true]'), 0)
  const email = await introduce(page)
  // As when a phone has dropped the tab meanwhile.
  await page.reload()
  await bar.getByRole('button', { name: 'Book' }).click()
  assert.equal(await page.getByLabel('Email').inputValue(), email)
  await page.getByRole('textbox', { name: 'Password' }).fill(DEMO_PASSWORD)
  await page.getByRole('button', { name: 'Create account and book' }).click()
  await isIn(page).waitFor()
  assert.equal(await page.evaluate('document.activeElement.textContent'), 'You’re in.')
  await page.getByRole('button', { name: 'Account of Prince' }).waitFor()
  assert.equal(new URL(page.url()).pathname, `/events/${id}`)
  assert.deepEqual(
    (await bookingsOf(email)).map(({ event }) => event.id),
    [id],
  )
  await expectCount(bar, 0)
  await visitor.leave()
})

test('on a low window nothing is fixed, and the button stands in the panel', async () => {
  const visitor = await app.visit({ viewport: { width: 390, height: 430 } })
  await visitor.page.goto(`/events/${await anEvent()}`)
  await visitor.page.getByRole('button', { name: 'Create account and book' }).waitFor()
  await expectCount(visitor.page.locator('[data-thumb-bar]:visible'), 0)
  await visitor.leave()
})

test('somebody with an account logs in and books in the same step', async () => {
  const [id, email] = [await anEvent(), await aPerson()]
  const visitor = await app.visit()
  const { page } = visitor
  await page.goto(`/events/${id}`)
  // They do not remember that they have one.
  await introduce(page, email)
  await page.getByRole('button', { name: 'Create account and book' }).click()
  await page.getByRole('button', { name: 'Log in with this address' }).click()
  await page.getByRole('button', { name: 'Log in and book' }).click()
  await isIn(page).waitFor()
  assert.equal((await bookingsOf(email)).length, 1)
  await leave(visitor)
})

test('a seat that was asked for and not answered is asked for under the same key, also after a reload', async () => {
  const id = await anEvent()
  const visitor = await app.visit()
  const { page } = visitor
  const keys: (string | undefined)[] = []
  await page.route('**/api/bookings/', (route) => {
    if (route.request().method() !== 'POST') return route.continue()
    keys.push(route.request().headers()['idempotency-key'])
    return keys.length === 1 ? route.abort() : route.continue()
  })
  await page.goto(`/events/${id}`)
  const email = await introduce(page)
  await page.getByRole('button', { name: 'Create account and book' }).click()
  await expectText(page.getByRole('alert'), /cannot be reached/)
  // The account is there; nothing is booked until they say so again.
  await page.reload()
  await page.getByText('Your last try was not answered.').waitFor()
  assert.deepEqual(await bookingsOf(email), [])
  await page.getByRole('button', { name: 'Book your seat' }).click()
  await isIn(page).waitFor()
  assert.ok(keys[0])
  assert.deepEqual(keys, [keys[0], keys[0]])
  assert.equal((await bookingsOf(email)).length, 1)
  await leave(visitor)
})

test('a stranger joins the waiting list in one step, and nobody is put on one who wanted a seat', async () => {
  const id = await anEvent({ max_participants: 1 })
  const [late, waiting] = [await app.visit(), await app.visit()]
  await late.page.goto(`/events/${id}`)
  await introduce(late.page)
  const token = await app.tokenOf(await aPerson())
  // The page of the stranger does not know yet that the seat is gone.
  await late.page.route('**/api/programme/*', (route) => route.abort())
  await app.ask('POST', '/api/bookings/', { token, body: { event_id: id } })
  await late.page.getByRole('button', { name: 'Create account and book' }).click()
  await late.page.getByRole('button', { name: 'Join the waiting list' }).waitFor()
  await expectText(late.page.getByRole('alert'), /full/)
  await leave(late)

  await waiting.page.goto(`/events/${id}`)
  await introduce(waiting.page)
  await waiting.page.getByRole('button', { name: 'Create account and join' }).click()
  await waiting.page.getByText('You are next in line.').waitFor()
  await waiting.leave()
})

test('the ticket says when, where and what to pay, takes a note, and is passed on', async () => {
  const [id, email] = [await anEvent(), await aPerson()]
  const visitor = await app.visit({ ...PHONE, ...ADDRESSES })
  const { page } = visitor
  await visitor.logIn(email)
  await page.goto(`/events/${id}`)
  await page.locator('[data-thumb-bar]').getByRole('button', { name: 'Book' }).click()
  await isIn(page).waitFor()
  const ticket = page.getByLabel('Your place')
  await expectText(ticket, /\d\d:\d\d–\d\d:\d\d.*Hall of the Old Mill · Map.*€20, to pay when you come\./s)
  assert.match(
    (await ticket.getByRole('link', { name: 'Map' }).getAttribute('href')) ?? '',
    /query=Hall%20of%20the%20Old%20Mill$/,
  )
  await ticket.getByRole('button', { name: 'Add a note for the facilitator' }).click()
  await ticket.getByLabel('A note for Jane Smith (optional)').waitFor()
  await page.keyboard.type('I come by bike')
  await ticket.getByRole('button', { name: 'Save note' }).click()
  await expectText(ticket, /Your note: I come by bike · Edit note/)
  await ticket.getByRole('button', { name: 'Share' }).click()
  await page.getByText('The link is copied.').waitFor()
  assert.equal(await page.evaluate('navigator.clipboard.readText()'), `${app.api}/events/${id}`)
  await ticket.getByRole('button', { name: 'Cancel booking' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel booking' }).click()
  await page.locator('[data-thumb-bar]').waitFor()
  await visitor.leave()
})

test('an online event is joined from a quarter of an hour before', async () => {
  const soon = Date.now() + 600_000
  const link = { location: null, virtual_link: 'https://meet.example.com/quiet' }
  const later = await anEvent(link)
  const now = await anEvent({
    ...link,
    start_datetime: new Date(soon).toISOString(),
    end_datetime: new Date(soon + 3_600_000).toISOString(),
  })
  const email = await aPerson()
  for (const event_id of [later, now])
    await app.ask('POST', '/api/bookings/', { token: await app.tokenOf(email), body: { event_id } })
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(email)
  await page.goto(`/events/${later}`)
  await page.getByText(/^Online: you can join here from \d\d:\d\d/).waitFor()
  await expectCount(page.getByRole('link', { name: 'Join online' }), 0)
  await page.goto(`/events/${now}`)
  await page.getByRole('link', { name: 'Join online' }).waitFor()
  await visitor.leave()
})

test('the dates of a series lead to each other', async () => {
  const start = new Date(Date.now() + 90 * 86_400_000)
  const id = await anEvent({
    title: 'Every Week',
    start_datetime: start.toISOString(),
    end_datetime: new Date(start.getTime() + 3_600_000).toISOString(),
    recurrence: 'FREQ=WEEKLY;COUNT=7',
  })
  const visitor = await app.visit()
  const { page } = visitor
  await page.goto(`/events/${id}`)
  await page.getByRole('heading', { name: 'Other dates' }).waitFor()
  await expectCount(page.getByRole('link', { name: 'Every Week' }), 4)
  await page.getByRole('button', { name: 'All 6 dates' }).click()
  await expectCount(page.getByRole('link', { name: 'Every Week' }), 6)
  await visitor.leave()
})
