import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'
import { expectText } from './expect.ts'
import { startWebApp, until, type WebApp } from './web-app.ts'

/** What is typed: where its faults are, how much of it there may be, and that it is not lost. */

const JANE = 'jane.smith@example.com'
const PHONE = { width: 390, height: 640 }

let app: WebApp

before(async () => {
  app = await startWebApp({ CURRENCY: 'KWD' })
})
after(() => app.close())

test('a fault that is off the screen is brought onto it, and the foot says how many there are', async () => {
  const visitor = await app.visit({ viewport: PHONE })
  const { page } = visitor
  await visitor.logIn(JANE)
  await page.goto('/manage/events?write=new')
  const form = page.getByRole('dialog', { name: 'New event' })
  await form.getByLabel('Seats').fill('')
  await form.getByRole('button', { name: 'Create event' }).click()
  await expectText(form.getByRole('status'), /2 fields need a correction\./)
  await until(page, "document.activeElement?.labels?.[0]?.textContent === 'Title'")
  await form.getByLabel('Title').fill('Lamp')
  await expectText(form.getByRole('status'), /1 field needs a correction\./)
  await visitor.leave()
})

test('on a phone the days of a weekly series are as large as a finger', async () => {
  const visitor = await app.visit({ viewport: PHONE })
  const { page } = visitor
  await visitor.logIn(JANE)
  await page.goto('/manage/events?write=new')
  const form = page.getByRole('dialog', { name: 'New event' })
  await form.getByRole('combobox', { name: 'Repeat' }).click()
  await page.getByRole('option', { name: 'Every week' }).click()
  for (const day of ['Monday', 'Sunday']) {
    const box = await form.locator('label').filter({ hasText: day }).boundingBox()
    assert.ok(box && box.height >= 44 && box.width >= 44, `${day}: ${box?.width} x ${box?.height}`)
  }
  await visitor.leave()
})

test('on a phone, who is told of a change stands beside the button that saves it, and covers no field that has the focus', async () => {
  const token = await app.tokenOf(JANE)
  const { events } = await app.ask('GET', '/api/events/?per_page=50', { token })
  const event = events.find(
    (each: { facilitator: { name: string } }) => each.facilitator.name === 'Jane Smith',
  )
  await app.ask('POST', '/api/bookings/', {
    token: await app.tokenOf('john.doe@example.com'),
    body: { event_id: event.id },
  })
  const visitor = await app.visit({ viewport: { width: 390, height: 844 } })
  const { page } = visitor
  await visitor.logIn(JANE)
  await page.goto(`/manage/events?q=${encodeURIComponent(event.title)}`)
  await page
    .getByRole('button', { name: `Actions for ${event.title}` })
    .first()
    .click()
  await page.getByRole('menuitem', { name: 'Change' }).click()
  const form = page.getByRole('dialog', { name: 'Change event' })
  await form.getByLabel('Place (optional)').fill('The garden')
  await form.getByLabel('Title').focus()
  const told = await form
    .getByText(/booked (is|are) told, and can cancel\. They are written to/)
    .boundingBox()
  const save = form.getByRole('button', { name: 'Save changes' })
  const below = await save.boundingBox()
  assert.ok(told && below && told.y > 0 && told.y < below.y && below.y + below.height <= 844)
  for (let i = 0; i < 40 && !(await save.evaluate('(each) => each === document.activeElement')); i++) {
    await page.keyboard.press('Tab')
    const covered = await page.evaluate(`(() => {
      const field = document.activeElement.closest('input:not([type=radio]), textarea')
      return field && field.getBoundingClientRect().bottom > ${told.y} && field.labels[0].textContent
    })()`)
    assert.ok(!covered, `${covered} is covered`)
  }
  await visitor.leave()
})

test('what is changed elsewhere while a form is open is not brought back by saving it', async () => {
  const token = await app.tokenOf(JANE)
  const start = new Date(Date.now() + 9 * 86_400_000).toISOString()
  const { event } = await app.ask('POST', '/api/events/', {
    token,
    body: {
      title: 'Two Hands',
      event_type: 'session',
      start_datetime: start,
      end_datetime: new Date(Date.parse(start) + 3_600_000).toISOString(),
      max_participants: 6,
      location: 'The Attic',
    },
  })
  const change = (body: object) => app.ask('PUT', `/api/events/${event.id}`, { token, body })
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(JANE)
  await page.goto(`/manage/events?write=edit&event=${event.id}`)
  const form = page.getByRole('dialog', { name: 'Change event' })
  const place = form.getByLabel('Place (optional)')
  await form.getByLabel('Description (optional)').fill('Bring a cushion.')
  assert.equal(await place.inputValue(), 'The Attic')
  await change({ location: 'The Garden' })
  await form.getByRole('status').getByText('This was changed elsewhere meanwhile.').waitFor()
  assert.equal(await place.inputValue(), 'The Garden')
  // A draft, too, is what was typed, and nothing else.
  await change({ location: 'The Cellar' })
  await page.reload()
  await form.getByText('What you had typed before is still here.').waitFor()
  assert.equal(await place.inputValue(), 'The Cellar')
  await form.getByRole('button', { name: 'Save changes' }).click()
  await form.waitFor({ state: 'hidden' })
  const saved = (await app.ask('GET', `/api/events/${event.id}`, { token })).event
  assert.deepEqual([saved.description, saved.location], ['Bring a cushion.', 'The Cellar'])
  await visitor.leave()
})

test('typed text is not thrown away unasked, and is there again after a reload', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(JANE)
  await page.goto('/manage/events?write=new')
  const form = page.getByRole('dialog', { name: 'New event' })
  await form.getByLabel('Title').fill('Lamp and Breath')
  await page.keyboard.press('Escape')
  const question = page.getByRole('dialog', { name: 'Discard what you have typed?' })
  await question.getByRole('button', { name: 'Keep writing' }).click()
  await question.waitFor({ state: 'hidden' })
  await page.reload()
  await form.getByText('What you had typed before is still here.').waitFor()
  assert.equal(await form.getByLabel('Title').inputValue(), 'Lamp and Breath')
  await page.keyboard.press('Escape')
  await question.getByRole('button', { name: 'Discard', exact: true }).click()
  await form.waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: 'New event' }).click()
  assert.equal(await form.getByLabel('Title').inputValue(), '')
  // With nothing typed there is nothing to ask.
  await page.keyboard.press('Escape')
  await form.waitFor({ state: 'hidden' })
  await visitor.leave()
})

test('a note about a contact survives leaving its drawer by the browser’s back button', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(JANE)
  await page.goto('/crm')
  const card = page.locator('[id^=contact-]').first()
  await card.click()
  const note = page.getByRole('dialog', { name: 'Contact' }).getByLabel('Note', { exact: true })
  await note.fill('Calls back on Monday')
  await page.goBack()
  await note.waitFor({ state: 'hidden' })
  await card.click()
  assert.equal(await note.inputValue(), 'Calls back on Monday')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Keep writing' }).click()
  await page.getByRole('button', { name: 'Save note' }).click()
  await page.getByText('Your note is saved.').waitFor()
  await waitUntil(async () => (await note.inputValue()) === '', 10_000)
  await page.keyboard.press('Escape')
  await note.waitFor({ state: 'hidden' })
  await visitor.leave()
})

test('an emoji is one character, as many as may be are taken, and the rest is said', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn('john.doe@example.com')
  await page.goto('/events/2')
  const note = page.getByLabel(/A note for/)
  await note.fill('🧘'.repeat(1_500))
  assert.equal(await page.getByText(/characters? left/).count(), 0)
  await note.fill('🧘'.repeat(1_990))
  await page.getByText('10 characters left').waitFor()
  await note.fill('🧘'.repeat(2_001))
  await page.getByText('Too long by 1 character.').waitFor()
  await note.fill('🧘'.repeat(2_000))
  await page.getByRole('button', { name: 'Book your seat' }).click()
  await page.getByText('You’re in.').waitFor()
  await visitor.leave()
})

test('a price is read as it was typed, in the currency beside it', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(JANE)
  await page.goto('/manage/events?write=new')
  const form = page.getByRole('dialog', { name: 'New event' })
  const price = form.getByLabel('Price')
  await expectText(form, /Price.*KWD/s)
  await price.fill('1,250')
  await form.getByText(/KWD\s1,250$/).waitFor()
  await price.fill('1.2505')
  await form.getByLabel('Title').fill('Silence at Noon')
  await form.getByRole('button', { name: 'Create event' }).click()
  await form.getByText('Enter an amount in this currency, or 0.').waitFor()
  await price.fill('1.250')
  await form.getByText(/KWD\s1\.250$/).waitFor()
  await form.getByRole('button', { name: 'Create event' }).click()
  await page.getByText('“Silence at Noon” can be booked now.').waitFor()
  const { events } = await app.ask('GET', '/api/events/?search=Silence at Noon', {
    token: await app.tokenOf(JANE),
  })
  assert.equal(events[0].price, 1.25)
  await visitor.leave()
})
