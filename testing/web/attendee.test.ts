import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { expectCount, expectText } from './expect.ts'
import { DEMO_PASSWORD, startWebApp, type WebApp } from './web-app.ts'

/** What attendees do, by what they see and can name: roles, labels, words. */

let app: WebApp

before(async () => {
  app = await startWebApp()
})
after(() => app.close())

async function register(email: string): Promise<string> {
  const person = { email, password: DEMO_PASSWORD, first_name: 'Wanda', last_name: 'Waits' }
  await app.ask('POST', '/api/auth/register', { body: person })
  return app.tokenOf(email)
}

test('somebody registers, finds an event, books it with a note, sees it, cancels it and takes that back', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await page.goto('/')
  await page.getByRole('link', { name: 'Sound Bath' }).click()
  await page.getByRole('banner').getByRole('link', { name: 'Log in' }).click()
  await page.getByRole('heading', { level: 1, name: 'Welcome back' }).waitFor()
  await page.getByRole('link', { name: 'Create an account' }).click()
  await page.getByLabel('First name').fill('Mira')
  await page.getByLabel('Last name (optional)').fill('Moss')
  await page.getByLabel('Email').fill('mira@example.com')
  await page.getByRole('textbox', { name: 'Password' }).fill('a quiet password')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('heading', { level: 1, name: 'Sound Bath' }).waitFor()

  await page
    .getByRole('navigation', { name: 'Main', exact: true })
    .getByRole('link', { name: 'Events' })
    .click()
  await page.getByRole('searchbox', { name: 'Search' }).fill('bolsters')
  await page.waitForURL('**/events?q=bolsters')
  await expectCount(page.getByRole('article'), 1)
  await page.getByRole('link', { name: 'Restorative Yoga' }).click()

  await page.getByLabel('A note for Tomás Rivera (optional)').fill('My knee is new')
  await page.getByRole('button', { name: /^Book/ }).click()
  await page.getByText('You’re in.').waitFor()

  await page.getByRole('link', { name: 'See your bookings' }).click()
  const booking = page.getByRole('article').filter({ hasText: 'Restorative Yoga' })
  await expectText(booking, /17:30–18:45 CET/)
  await expectText(booking, /Your note: My knee is new/)

  await booking.getByRole('button', { name: 'Cancel booking' }).click()
  const question = page.getByRole('dialog', { name: 'Cancel this booking?' })
  await question.getByText('You can cancel until it begins.').waitFor()
  await question.getByRole('button', { name: 'Cancel booking' }).click()
  await page.getByText('Nothing booked').waitFor()
  // The way back is as large as a finger, however long the message is.
  await page.setViewportSize({ width: 390, height: 844 })
  const undo = page.getByRole('button', { name: 'Undo' })
  const box = await undo.boundingBox()
  assert.ok(box && box.width >= 44 && box.height >= 44, `${box?.width} x ${box?.height}`)
  await undo.click()
  await page.getByText('Your seat is booked again.').waitFor()
  await expectText(booking, /Your note: My knee is new/)
  await visitor.leave()
})

test('somebody with one name registers, is called by it, and saves their profile', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await page.goto('/register')
  await page.getByLabel('First name').fill('Prince')
  await page.getByLabel('Email').fill('prince@example.com')
  await page.getByRole('textbox', { name: 'Password' }).fill('a quiet password')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('button', { name: 'Account of Prince', exact: true }).waitFor()
  await page.goto('/profile')
  await page.getByLabel('Phone (optional)').fill('+1 234')
  await page.getByRole('button', { name: 'Save changes' }).click()
  await page.getByText('Your profile is saved.').waitFor()
  await visitor.leave()
})

test('whoever waits for a full event sees their place, and gets the freed seat before their eyes', async () => {
  const facilitator = await app.tokenOf('jane.smith@example.com')
  const start = new Date(Date.now() + 40 * 86_400_000)
  const { event } = await app.ask('POST', '/api/events/', {
    token: facilitator,
    body: {
      title: 'One Chair',
      event_type: 'session',
      start_datetime: start.toISOString(),
      end_datetime: new Date(start.getTime() + 3_600_000).toISOString(),
      max_participants: 1,
    },
  })
  const first = await app.visit()
  await first.logIn('john.doe@example.com')
  await first.page.goto(`/events/${event.id}`)
  await first.page.getByRole('button', { name: /^Book/ }).click()
  await first.page.getByText('You’re in.').waitFor()

  await register('wanda@example.com')
  const second = await app.visit()
  await second.logIn('wanda@example.com')
  await second.page.goto(`/events/${event.id}`)
  await second.page.getByText('Full, with a waiting list').waitFor()
  await second.page.getByRole('button', { name: 'Join the waiting list' }).click()
  await second.page.getByText('You are next in line.').waitFor()

  await first.page.getByRole('button', { name: 'Cancel booking' }).click()
  const question = first.page.getByRole('dialog', { name: 'Cancel this booking?' })
  await question.getByText(/goes to the first person on the waiting list/).waitFor()
  await question.getByRole('button', { name: 'Cancel booking' }).click()
  // Which cannot be taken back: the seat is somebody else's.
  await first.page.getByText('Your booking of One Chair is cancelled.').waitFor()
  await expectCount(first.page.getByRole('button', { name: 'Undo' }), 0)
  await second.page.getByText('You’re in.').waitFor()
  await second.page.getByText('A seat became free, and it is yours.').waitFor()
  await first.page.getByRole('button', { name: 'Join the waiting list' }).waitFor()
  await first.leave()
  await second.leave()
})

test('two devices see the same seats, without anybody reloading', async () => {
  const [one, other] = [await app.visit(), await app.visit()]
  await one.logIn('john.doe@example.com')
  await other.logIn('guest-2@example.com')
  await other.page.goto('/events?q=Walking')
  await other.page.getByRole('link', { name: 'Walking Meditation' }).click()
  await other.page.getByText('15 seats free').first().waitFor()
  const walking = await one.page.getByRole('link', { name: 'Walking Meditation' }).getAttribute('href')
  await one.page.goto(walking ?? '')
  await one.page.getByRole('button', { name: /^Book/ }).click()
  await other.page.getByText('14 seats free').first().waitFor()
  await one.leave()
  await other.leave()
})

test('filters stand in the address, and the calendar shows the same events', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn('john.doe@example.com')
  await page.getByRole('button', { name: 'Retreats' }).click()
  await page.waitForURL('**/events?type=retreat')
  await expectCount(page.getByRole('article'), 2)
  await page.getByRole('button', { name: 'Filters', exact: true }).click()
  await page.getByRole('combobox', { name: 'Facilitator' }).click()
  await page.getByRole('option', { name: 'Amara Okafor' }).click()
  await page.getByRole('button', { name: 'Show events' }).click()
  await page.getByRole('link', { name: 'Forest Silence Retreat' }).waitFor()
  await expectCount(page.getByRole('article'), 1)
  await page.reload()
  await page.getByRole('link', { name: 'Forest Silence Retreat' }).waitFor()
  await expectCount(page.getByRole('article'), 1)

  await page.goto('/events?q=Tai+Chi')
  await expectText(page.getByRole('article'), /08:00/)
  await page.getByRole('button', { name: 'Calendar' }).click()
  const entry = page.getByRole('link', { name: 'Tai Chi for Beginners' })
  await page.getByRole('button', { name: 'Later month' }).waitFor()
  await visitor.settle()
  if ((await entry.count()) === 0) await page.getByRole('button', { name: 'Later month' }).click()
  await expectText(entry, /^08:00/)

  await page.getByRole('searchbox', { name: 'Search' }).fill('nothing like this')
  await page.getByRole('button', { name: 'List' }).click()
  await page.getByRole('button', { name: 'Show everything' }).click()
  await page.getByRole('article').nth(5).waitFor()
  await visitor.leave()
})

test('an event can be put into a calendar, and the bookings’ private link works until it is turned off', async () => {
  const visitor = await app.visit({ acceptDownloads: true })
  const { page } = visitor
  await visitor.logIn('guest-3@example.com')
  await page.getByRole('link', { name: 'Vinyasa Flow' }).click()
  const calendars = page.getByRole('group', { name: 'Add to calendar' })
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    calendars.getByRole('button', { name: 'Apple, others' }).click(),
  ])
  for (const [name, host] of [
    ['Google', 'https://calendar.google.com/'],
    ['Outlook', 'https://outlook.live.com/'],
  ] as const)
    assert.ok((await calendars.getByRole('link', { name }).getAttribute('href'))?.startsWith(host))
  assert.match(file.suggestedFilename(), /^event-\d+\.ics$/)

  await page.getByRole('link', { name: 'Subscribe to all your bookings' }).click()
  await page.waitForURL('**/bookings#calendar')
  await page.getByRole('button', { name: 'Get link' }).click()
  const address = await page.getByRole('code').innerText()
  assert.equal(
    await page.getByRole('link', { name: 'Open in calendar' }).getAttribute('href'),
    address.replace('http:', 'webcal:'),
  )
  assert.match(await (await fetch(address)).text(), /BEGIN:VCALENDAR/)
  await page.reload()
  await page.getByText(/^On since /).waitFor()
  await page.getByRole('button', { name: 'Turn off' }).click()
  await page.getByText('Your calendar subscription is off.').waitFor()
  assert.equal((await fetch(address)).status, 401)
  await visitor.leave()
})
