import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { expectCount } from './expect.ts'
import { startWebApp, type WebApp } from './web-app.ts'

/** A retreat and its sessions, from planning to cancelling. */

const JANE = 'jane.smith@example.com'
const JOHN = 'john.doe@example.com'
const HOUR_MS = 3_600_000

let app: WebApp

before(async () => {
  app = await startWebApp()
})
after(() => app.close())

/** Noon, so many days from now. */
const noon = (days: number) => {
  const day = new Date(Date.now() + days * 24 * HOUR_MS)
  return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate(), 12))
}

async function plan(title: string, start: Date, hours: number, more: object = {}): Promise<number> {
  const body = {
    title,
    event_type: 'retreat',
    start_datetime: start.toISOString(),
    end_datetime: new Date(start.getTime() + hours * HOUR_MS).toISOString(),
    timezone: 'UTC',
    max_participants: 6,
    ...more,
  }
  const { event } = await app.ask('POST', '/api/events/', { token: await app.tokenOf(JANE), body })
  return event.id
}

test('a session is planned as part of a retreat, and who is at the retreat books it', async () => {
  const retreat = await plan('Quiet Lake', noon(70), 48)
  const host = await app.visit({ timezoneId: 'UTC' })
  await host.logIn(JANE)
  await host.page.goto('/manage/events?write=new')
  const form = host.page.getByRole('dialog', { name: 'New event' })
  await form.getByLabel('Title').fill('Lake Massage')
  const wall = (at: Date) => at.toISOString().slice(0, 16)
  const saturday = new Date(noon(71).getTime() + 2 * HOUR_MS)
  await form.getByLabel('Begins').fill(wall(noon(60)))
  await form.getByRole('combobox', { name: 'Time zone' }).fill('UTC')
  await form.getByRole('combobox', { name: 'Time zone' }).press('Enter')
  const partOf = form.getByRole('combobox', { name: 'Part of (optional)' })
  await partOf.fill('Quiet')
  await host.page.getByRole('option', { name: /^Quiet Lake, / }).click()
  await form.getByText(/^The times are not within/).waitFor()
  await form.getByLabel('Begins').fill(wall(saturday))
  await form.getByText(/^For sessions of a retreat/).waitFor()
  await form.getByRole('button', { name: 'Create event' }).click()
  await host.page.getByText('“Lake Massage” can be booked now.').waitFor()

  const guest = await app.visit({ timezoneId: 'UTC' })
  const { page } = guest
  await guest.logIn(JOHN)
  await page.goto(`/events/${retreat}`)
  const parts = page.getByRole('region', { name: 'Sessions of this retreat' })
  await parts.getByRole('link', { name: 'Lake Massage' }).waitFor()
  await page.getByRole('button', { name: 'Book your seat' }).click()
  await page.getByText('You’re in.').waitFor()
  await parts.getByRole('link', { name: 'Lake Massage' }).click()
  await page.getByRole('heading', { level: 1, name: 'Lake Massage' }).waitFor()
  await page.getByRole('link', { name: 'Quiet Lake' }).waitFor()
  await page.getByRole('button', { name: 'Book your seat' }).click()
  await page.getByText('You’re in.').waitFor()
  const { bookings } = await app.ask('GET', '/api/bookings/?upcoming=true&per_page=100', {
    token: await app.tokenOf(JOHN),
  })
  const ofLake = bookings.filter(({ event }: { event: { title: string } }) => event.title.includes('Lake'))
  assert.deepEqual(
    ofLake.map((each: { has_clash?: true }) => each.has_clash),
    [undefined, undefined],
  )
  await guest.leave()

  // What the retreat's own form offers: nothing, since others are part of it.
  await host.page.goto(`/manage/events/${retreat}?write=edit&event=${retreat}`)
  const change = host.page.getByRole('dialog', { name: 'Change event' })
  await change.getByLabel('Title').waitFor()
  await host.settle()
  await expectCount(change.getByRole('combobox', { name: 'Part of (optional)' }), 0)
  await host.leave()
})

test('who cancels a retreat is asked about its sessions', async () => {
  const cancelled: [string, boolean][] = [
    ['Still Mountain', false],
    ['Still Valley', true],
  ]
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(JANE)
  for (const [n, [title, withParts]] of cancelled.entries()) {
    const start = noon(90 + n * 5)
    const retreat = await plan(title, start, 48)
    const part = await plan(`${title} Walk`, start, 2, { event_type: 'session', parent_event_id: retreat })
    await page.goto(`/manage/events/${retreat}`)
    await page.getByRole('button', { name: `Actions for ${title}` }).click()
    await page.getByRole('menuitem', { name: 'Cancel event…' }).click()
    const question = page.getByRole('dialog', { name: 'Cancel this event?' })
    const box = question.getByRole('checkbox', { name: 'Also cancel its 1 session' })
    await box.waitFor()
    if (withParts) await box.check()
    await question.getByRole('button', { name: 'Cancel event' }).click()
    await page.getByText(`“${title}” is cancelled${withParts ? ', and 1 session with it' : ''}.`).waitFor()
    await page.goto(`/manage/events/${part}`)
    await page.getByText(`Part of ${title}, which is cancelled`).waitFor()
    await expectCount(page.getByText('This event is cancelled', { exact: true }), withParts ? 1 : 0)
  }
  await visitor.leave()
})

test('under the time zone of a series stands that every date keeps its time of day, and it does', async () => {
  const start = noon(40)
  const body = { event_type: 'session', recurrence: 'FREQ=MONTHLY;COUNT=6', timezone: 'Europe/Berlin' }
  const token = await app.tokenOf(JANE)
  const { events } = await app.ask('POST', '/api/events/', {
    token,
    body: {
      title: 'Travelling Circle',
      max_participants: 4,
      start_datetime: start.toISOString(),
      end_datetime: new Date(start.getTime() + HOUR_MS).toISOString(),
      ...body,
    },
  })
  const clock = (wire: string, timeZone: string) =>
    new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone }).format(
      new Date(`${wire}Z`),
    )
  const id = events[4].id
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(JANE)
  await page.goto(`/manage/events/${id}?write=edit&event=${id}`)
  const form = page.getByRole('dialog', { name: 'Change event' })
  await form.getByText(/every date of the series keeps its time of day/).waitFor()
  const zone = form.getByRole('combobox', { name: 'Time zone' })
  await zone.fill('Tokyo')
  await page.getByRole('option', { name: /Tokyo/ }).click()
  await form.getByLabel('All upcoming events of the series').click()
  await form.getByRole('button', { name: 'Save changes' }).click()
  await page.getByText('6 events are saved.').waitFor()
  for (const before of events) {
    const { event } = await app.ask('GET', `/api/events/${before.id}`, { token })
    assert.equal(clock(event.start_datetime, 'Asia/Tokyo'), clock(before.start_datetime, 'Europe/Berlin'))
  }
  await visitor.leave()
})
