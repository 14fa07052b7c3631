import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { expectCount } from './expect.ts'
import { startWebApp, until, type WebApp } from './web-app.ts'

/** When an event is: while it comes, is on and is over, and when it is planned. What each time zone is told is in `zones.test.ts`. */

const JANE = 'jane.smith@example.com'
const JOHN = 'john.doe@example.com'
const SECOND_MS = 1_000
const HOUR_MS = 3_600 * SECOND_MS
const DAY_MS = 24 * HOUR_MS
/** Of an event that is watched from before its start to after its end. */
const LENGTH_MS = 25 * SECOND_MS
const PHONE = { viewport: { width: 390, height: 844 } }

let app: WebApp

before(async () => {
  app = await startWebApp()
})
after(() => app.close())

/** An event of Jane's, unless said otherwise online and an hour long. */
async function anEvent(title: string, startMs: number, changes: object = {}): Promise<number> {
  const { event } = await app.ask('POST', '/api/events/', {
    token: await app.tokenOf(JANE),
    body: {
      title,
      event_type: 'session',
      start_datetime: new Date(startMs).toISOString(),
      end_datetime: new Date(startMs + HOUR_MS).toISOString(),
      max_participants: 8,
      timezone: 'Europe/Berlin',
      ...changes,
    },
  })
  return event.id
}

const book = async (email: string, event_id: number) =>
  app.ask('POST', '/api/bookings/', { token: await app.tokenOf(email), body: { event_id } })

const card = (page: Page, title: string) => page.getByRole('article').filter({ hasText: title })

test('an event that begins and ends before everybody’s eyes is on now for them, and over', async () => {
  const john = await app.visit({ timezoneId: 'America/New_York' })
  const guest = await app.visit({ ...PHONE, timezoneId: 'Asia/Kathmandu' })
  const jane = await app.visit({ timezoneId: 'UTC' })
  await john.logIn(JOHN)
  await guest.logIn('guest-4@example.com')
  await jane.logIn(JANE)
  const startMs = Date.now() + 20 * SECOND_MS
  const event_id = await anEvent('Quiet Minute', startMs, {
    end_datetime: new Date(startMs + LENGTH_MS).toISOString(),
    virtual_link: 'https://meet.example.com/quiet',
  })
  await book(JOHN, event_id)
  await john.page.goto('/bookings')
  await guest.page.goto(`/events/${event_id}`)
  await jane.page.goto('/manage/events?q=Quiet')
  const seat = card(john.page, 'Quiet Minute')
  await seat.getByRole('button', { name: 'Cancel booking' }).waitFor()
  await guest.page.getByRole('button', { name: 'Book your seat' }).waitFor()
  await card(jane.page, 'Quiet Minute').waitFor()
  assert.ok(Date.now() < startMs, 'the pages were there before the start')

  await seat.getByText('On now').waitFor()
  await seat.getByRole('link', { name: 'Join online' }).waitFor()
  await expectCount(seat.getByRole('button', { name: 'Cancel booking' }), 0)
  await guest.page.getByText('This event is on now').waitFor()
  await expectCount(guest.page.getByRole('link', { name: 'Join online' }), 0)
  await card(jane.page, 'Quiet Minute').getByRole('link', { name: 'Join online' }).waitFor()
  // Read again while it is on, it is still there.
  await john.page.reload()
  await seat.getByText('On now').waitFor()
  await guest.page.goto('/events?q=Quiet')
  await card(guest.page, 'Quiet Minute').getByText('On now').waitFor()
  await jane.page.goto(`/events/${event_id}`)
  await jane.page.getByRole('link', { name: 'Join online' }).waitFor()
  await jane.page.goto('/manage/events?q=Quiet')
  await card(jane.page, 'Quiet Minute').getByText('On now').waitFor()
  assert.ok(Date.now() < startMs + LENGTH_MS, 'it was looked at before the end')

  await john.page.getByText('Nothing booked').waitFor({ timeout: LENGTH_MS + 10 * SECOND_MS })
  await expectCount(card(guest.page, 'Quiet Minute'), 0)
  await john.page.getByRole('tab', { name: 'Past' }).click()
  await seat.waitFor()
  await expectCount(seat.getByRole('link', { name: 'Join online' }), 0)
  await john.page.goto(`/events/${event_id}`)
  await john.page.getByText('This event is over').waitFor()
  await Promise.all([john, guest, jane].map((visitor) => visitor.leave()))
})

test('a device whose clock is wrong by hours can book what is open', async () => {
  const event_id = await anEvent('In Good Time', Date.now() + HOUR_MS, { cancellation_deadline_hours: 0 })
  for (const aheadMs of [2 * HOUR_MS, -2 * HOUR_MS]) {
    const visitor = await app.visit()
    await visitor.page.clock.install({ time: Date.now() + aheadMs })
    await visitor.logIn('guest-5@example.com')
    await visitor.page.goto(`/events/${event_id}`)
    await visitor.page.getByRole('button', { name: 'Book your seat' }).waitFor()
    await visitor.page.getByText('You can cancel until it begins.').waitFor()
    await visitor.leave()
  }
})

test('the time zone of a new event is found by places, and one that is not found is told', async () => {
  const visitor = await app.visit({ timezoneId: 'UTC' })
  const { page } = visitor
  await visitor.logIn(JANE)
  await page.goto('/manage/events?write=new')
  const zone = page.getByRole('dialog', { name: 'New event' }).getByRole('combobox', { name: 'Time zone' })
  await zone.waitFor()
  await zone.fill('nowhere at all')
  await page.getByText('No time zone found. Try the next big city.').waitFor()
  await zone.fill('delhi')
  await page.getByRole('option', { name: 'Asia/Kolkata (UTC+05:30)' }).click()
  assert.equal(await zone.inputValue(), 'Asia/Kolkata (UTC+05:30)')
  await zone.fill('kyiv')
  await page.getByRole('option', { name: /^Europe\/Kyiv/ }).click()
  await visitor.leave()
})

test('an event stored in a zone that browsers call otherwise is edited as it is', async () => {
  const event_id = await anEvent('By the Ganges', Date.now() + 5 * DAY_MS, { timezone: 'Asia/Kolkata' })
  const visitor = await app.visit()
  await visitor.logIn(JANE)
  await visitor.page.goto(`/manage/events?write=edit&event=${event_id}`)
  const form = visitor.page.getByRole('dialog', { name: 'Change event' })
  await form.getByLabel('Title').fill('By the River Ganges')
  assert.equal(
    await form.getByRole('combobox', { name: 'Time zone' }).inputValue(),
    'Asia/Kolkata (UTC+05:30)',
  )
  await form.getByRole('button', { name: 'Save changes' }).click()
  await visitor.page.getByText('“By the River Ganges” is saved.').waitFor()
  const { event } = await app.ask('GET', `/api/events/${event_id}`, { token: await app.tokenOf(JANE) })
  assert.equal(event.timezone, 'Asia/Kolkata')
  await visitor.leave()
})

test('a recurrence is shown as its dates before it is saved, with the months that it skips', async () => {
  const visitor = await app.visit(PHONE)
  const { page } = visitor
  await visitor.logIn(JANE)
  await page.goto('/manage/events?write=new')
  const form = page.getByRole('dialog', { name: 'New event' })
  await form.getByLabel('Title').fill('Month’s End')
  const year = new Date().getFullYear() + 1
  await form.getByLabel('Begins').fill(`${year}-01-31T18:00`)
  await form.getByRole('combobox', { name: 'Repeat' }).click()
  await page.getByRole('option', { name: 'Every month' }).click()
  await form.getByLabel('How many events').fill('3')
  const dates = form.getByRole('region', { name: 'Dates' })
  await expectCount(dates.getByRole('listitem'), 3)
  await form.getByText(`Skipped, because there is no 31st: February ${year}, April ${year}.`).waitFor()
  await form.getByRole('combobox', { name: 'On', exact: true }).click()
  await page.getByRole('option', { name: 'The last day of the month' }).click()
  await expectCount(form.getByText(/^Skipped/), 0)
  const shown = await dates.getByRole('listitem').allInnerTexts()
  await form.getByRole('button', { name: 'Create event' }).click()
  await page.getByText('3 events can be booked now.').waitFor()
  const { events } = await app.ask('GET', '/api/events/?search=End&per_page=50', {
    token: await app.tokenOf(JANE),
  })
  const made = events.filter(({ title }: { title: string }) => title === 'Month’s End')
  assert.equal(made.length, shown.length)
  for (const [i, text] of shown.entries()) {
    const day = new Date(`${made[i].start_datetime}Z`).getUTCDate()
    assert.match(text, new RegExp(`\\b${day} `))
  }
  await visitor.leave()
})

test('the way back from an event keeps filters and page, and the calendar has no filter of days', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(JOHN)
  await page.goto('/events?type=session&q=e')
  await page.getByRole('article').first().getByRole('link').first().click()
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.getByRole('link', { name: '← What is on' }).click()
  await page.waitForURL('**/events?q=e&type=session')
  const tomorrow = new Date(Date.now() + DAY_MS).toISOString().slice(0, 10)
  await page.goto(`/events?from=${tomorrow}&to=${tomorrow}`)
  await page.getByRole('button', { name: 'Clear filters' }).waitFor()
  await page.getByRole('button', { name: 'Calendar', exact: true }).click()
  await page.waitForURL((url) => url.search === '?view=calendar')
  await expectCount(page.getByRole('button', { name: 'Clear filters' }), 0)
  await visitor.leave()
})

test('the filter of days works by the keyboard: on into the next month, announced, and back to the field', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(JOHN)
  await page.setViewportSize({ width: 320, height: 640 })
  await page.goto('/events')
  await page.getByRole('button', { name: 'Filters', exact: true }).click()
  const field = page.getByRole('button', { name: 'Days' })
  await field.focus()
  await page.keyboard.press('Enter')
  const today = page.locator('[data-day]:not([disabled])').first()
  const first = (await today.getAttribute('data-day')) ?? ''
  await until(page, `document.querySelector('[data-dates-dropdown]').contains(document.activeElement)`)
  assert.ok(Number(await page.evaluate('document.documentElement.scrollWidth')) <= 320)
  await today.focus()
  const [year = 0, month = 0, day = 0] = first.split('-').map(Number)
  const daysLeft = new Date(Date.UTC(year, month, 0)).getUTCDate() - day
  const nextMonth = new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10)
  for (let i = 0; i <= daysLeft; i++) await page.keyboard.press('ArrowRight')
  await until(page, `document.activeElement.dataset.day === '${nextMonth}'`)
  const name = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric' }).format(
    new Date(`${nextMonth}T12:00:00Z`),
  )
  await until(
    page,
    `[...document.querySelectorAll('[aria-live=polite]')].some((each) => each.textContent === '${name}')`,
  )
  await page.keyboard.press('ArrowLeft')
  await until(page, `document.activeElement.dataset.day < '${nextMonth}'`)
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await page.waitForURL(new RegExp(`from=${nextMonth}`))
  await until(page, `document.activeElement.id === '${await field.getAttribute('id')}'`)
  await page.getByRole('button', { name: 'Any day' }).click()
  await page.waitForURL((url) => !url.search.includes('from='))
  await until(page, `document.activeElement.id === '${await field.getAttribute('id')}'`)
  await visitor.leave()
})
