import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { expectCount, expectText } from './expect.ts'
import { DEMO_PASSWORD, startWebApp, until, type Visitor, type WebApp } from './web-app.ts'

/** What others have changed about somebody's seats stands on Home and among the bookings, on every device, until it is seen. */

const JANE = 'jane.smith@example.com'
const PHONE = { width: 390, height: 844 }

let app: WebApp
let people = 0
let days = 60

before(async () => {
  // Nobody is written to: the pages are all there is.
  app = await startWebApp({ MAIL: 'off' })
})
after(() => app.close())

async function anEvent(title: string, more: object = {}): Promise<number> {
  const start = new Date(Date.now() + ++days * 86_400_000)
  start.setUTCHours(9, 0, 0, 0)
  const { event } = await app.ask('POST', '/api/events/', {
    token: await app.tokenOf(JANE),
    body: {
      title,
      event_type: 'session',
      start_datetime: start.toISOString(),
      end_datetime: new Date(start.getTime() + 3_600_000).toISOString(),
      timezone: 'Europe/Berlin',
      location: 'The hall',
      max_participants: 9,
      ...more,
    },
  })
  return event.id
}

async function aPerson(): Promise<string> {
  const email = `nell-${++people}@example.com`
  const person = { email, password: DEMO_PASSWORD, first_name: 'Nell', last_name: 'News' }
  await app.ask('POST', '/api/auth/register', { body: person })
  return email
}

async function book(email: string, event_id: number): Promise<number> {
  const token = await app.tokenOf(email)
  return (await app.ask('POST', '/api/bookings/', { token, body: { event_id } })).booking.id
}

const asJane = async (method: string, path: string, body: object = {}) =>
  app.ask(method, path, { token: await app.tokenOf(JANE), body })

async function moveByAnHour(event_id: number): Promise<void> {
  const { event } = await app.ask('GET', `/api/events/${event_id}`, { token: await app.tokenOf(JANE) })
  const later = (time: string) => new Date(Date.parse(`${time}Z`) + 3_600_000).toISOString()
  await asJane('PUT', `/api/events/${event_id}`, {
    start_datetime: later(event.start_datetime),
    end_datetime: later(event.end_datetime),
  })
}

async function arrive(email: string, options = {}): Promise<Visitor> {
  const visitor = await app.visit(options)
  await visitor.logIn(email)
  return visitor
}

const newsOn = (page: Page) => page.getByRole('region', { name: 'News about your bookings' })

async function expectNoNews({ page, settle }: Visitor): Promise<void> {
  for (const path of ['/', '/bookings']) {
    const answered = page.waitForResponse((response) => response.url().endsWith('/api/notices'))
    await page.goto(path)
    await answered
    await settle()
    await expectCount(newsOn(page), 0)
  }
}

test('a move is told on Home and among the bookings, and is gone on every device once it was seen on one', async () => {
  const email = await aPerson()
  const event_id = await anEvent('Morning Yoga')
  await book(email, event_id)
  await moveByAnHour(event_id)
  const first = await arrive(email)
  const second = await arrive(email)
  for (const { page } of [first, second])
    for (const path of ['/', '/bookings']) {
      await page.goto(path)
      await expectText(
        newsOn(page),
        /Morning Yoga was moved: now [^:]+, 1[12]:00–1[23]:00 CES?T \(before: 1[01]:00–1[12]:00 CES?T\)\./,
      )
    }
  await newsOn(first.page).getByRole('button', { name: 'Got it: Morning Yoga has changed' }).click()
  await expectCount(newsOn(first.page), 0)
  await expectNoNews(first)
  await expectNoNews(second)
  await first.leave()
  await second.leave()
})

test('a place and a link are told with what they were, and whoever opens the event from there has seen it', async () => {
  const email = await aPerson()
  const event_id = await anEvent('Sea Air', { virtual_link: 'https://old.example/1' })
  await book(email, event_id)
  await asJane('PUT', `/api/events/${event_id}`, {
    location: 'The garden',
    virtual_link: 'https://new.example/2',
  })
  const visitor = await arrive(email)
  const { page } = visitor
  await page.goto('/bookings')
  await expectText(
    newsOn(page),
    /Sea Air, \w{3},? \d+ \w+( \d{4})?, 1[01]:00–1[12]:00 CES?T, has changed\. You keep your seat\./,
  )
  await expectText(newsOn(page), /Where: now The garden \(before: The hall\)/)
  await expectText(
    newsOn(page),
    /Online link: now https:\/\/new\.example\/2 \(before: https:\/\/old\.example\/1\)/,
  )
  await newsOn(page).getByRole('link', { name: 'Sea Air' }).click()
  await page.getByRole('heading', { level: 1, name: 'Sea Air' }).waitFor()
  await expectNoNews(visitor)
  await visitor.leave()
})

test('a seat from the waiting list, a cancelled booking and a message appear while somebody looks', async () => {
  const [holder, waiting] = [await aPerson(), await aPerson()]
  const event_id = await anEvent('One Chair', { max_participants: 1 })
  const held = await book(holder, event_id)
  await app.ask('POST', `/api/events/${event_id}/waitlist`, { token: await app.tokenOf(waiting), body: {} })
  const [one, other] = [await arrive(holder), await arrive(waiting)]
  const listening = [one, other].map(({ page }) =>
    page.waitForResponse((response) => response.url().includes('/api/events/stream')),
  )
  await one.page.goto('/')
  await other.page.goto('/bookings')
  await Promise.all(listening)
  await asJane('PUT', `/api/events/${event_id}/bookings/${held}/cancel`)
  await expectText(newsOn(one.page), /The studio has cancelled your booking of One Chair: /)
  await expectText(newsOn(other.page), /moved up from the waiting list and have a seat at One Chair: /)
  await asJane('POST', `/api/events/${event_id}/messages`, {
    subject: 'Bring a towel',
    text: `The sauna is open.\n\n${'It is warm. '.repeat(40)}\n\nSee you!`,
  })
  await expectText(newsOn(other.page), /Jane Smith writes to everybody of One Chair:.*Bring a towel/s)
  await newsOn(other.page).getByRole('button', { name: 'Read all of “Bring a towel”' }).click()
  await newsOn(other.page).getByRole('button', { name: 'Show less of “Bring a towel”' }).waitFor()
  await newsOn(other.page).getByRole('button', { name: 'Got it, all of them' }).click()
  await expectCount(newsOn(other.page), 0)
  await expectNoNews(other)
  await expectText(newsOn(one.page), /One Chair/)
  await one.leave()
  await other.leave()
})

test('on a phone the news come first on Home, and the bar says on other pages that there are some', async () => {
  const email = await aPerson()
  const event_id = await anEvent('Forest Walk')
  await book(email, event_id)
  await moveByAnHour(event_id)
  const visitor = await arrive(email, { viewport: PHONE })
  const { page } = visitor
  const bar = page.getByRole('navigation', { name: 'Main, on phones' })
  await bar.getByRole('link', { name: 'Home', exact: true }).click()
  const gotIt = newsOn(page).getByRole('button', { name: 'Got it: Forest Walk has changed' })
  await gotIt.waitFor()
  const [news, heading] = await Promise.all([
    newsOn(page).boundingBox(),
    page.getByRole('heading', { level: 1 }).boundingBox(),
  ])
  assert.ok(news && heading && news.y < heading.y && news.y + news.height < PHONE.height)
  await bar.getByRole('link', { name: 'Events' }).click()
  await bar.getByRole('link', { name: 'Home has news' }).click()
  await gotIt.click()
  await bar.getByRole('link', { name: 'Home', exact: true }).waitFor()
  await visitor.leave()
})

test('several at once can be read and used by everybody, on a phone too, and by the keyboard', async () => {
  const email = await aPerson()
  const moved = await anEvent('Morning Yoga for everybody who likes to rise early')
  const gone = await anEvent('Walking Meditation')
  const written = await anEvent('Sound Bath')
  for (const id of [moved, gone, written]) await book(email, id)
  await moveByAnHour(moved)
  await asJane('PUT', `/api/events/${moved}`, {
    location: 'The garden',
    virtual_link: `https://meet.example/${'x'.repeat(120)}`,
  })
  await asJane('PUT', `/api/events/${gone}/cancel`, { reason: 'Marlène has the flu. Sorry!' })
  await asJane('POST', `/api/events/${written}/messages`, { subject: 'Hello', text: 'Bring a blanket.' })
  const visitor = await arrive(email)
  const { page, settle } = visitor
  for (const path of ['/', '/bookings']) {
    await page.goto(path)
    await expectCount(newsOn(page).getByRole('listitem').filter({ hasText: 'Got it' }), 3)
    await expectText(
      newsOn(page),
      /Walking Meditation is cancelled, and your booking with it\..*Marlène has the flu\. Sorry!/s,
    )
    await settle()
    for (const light of ['light', 'dark'] as const)
      for (const screen of [PHONE, { width: 1280, height: 860 }]) await examine(visitor, light, screen, path)
  }
  await newsOn(page).getByRole('button', { name: 'Got it: the message “Hello”' }).focus()
  await page.keyboard.press('Enter')
  await expectCount(newsOn(page).getByRole('listitem').filter({ hasText: 'Got it' }), 2)
  const focused = await page.evaluate("document.activeElement?.getAttribute('aria-label')")
  assert.equal(focused, 'Got it: Walking Meditation is cancelled')
  await visitor.leave()
})

async function examine(
  { page }: Visitor,
  light: 'light' | 'dark',
  screen: { width: number; height: number },
  path: string,
): Promise<void> {
  await page.emulateMedia({ colorScheme: light })
  await page.setViewportSize(screen)
  await until(page, `document.documentElement.dataset.mantineColorScheme === '${light}'`)
  await until(page, 'document.getAnimations().every((each) => !(each instanceof CSSTransition))')
  const where = `${path}, ${light}, ${screen.width} px`
  const { violations } = await new AxeBuilder({ page })
    .options({ runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] } })
    .analyze()
  assert.deepEqual(
    violations.map(({ id, nodes }) => `${where}: ${id} ${nodes.map(({ html }) => html).join(' ')}`),
    [],
  )
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), screen.width, where)
}
