import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import type { BrowserContextOptions, Locator, Page } from 'playwright-core'
import readXlsx from 'read-excel-file/node'
import { expectCount, expectText } from './expect.ts'
import { DEMO_PASSWORD, startWebApp, until, type Visitor, type WebApp } from './web-app.ts'

/**
 * The same events for readers in four time zones, on a desk and on a phone. What each of them has to be told is written down here: of
 * 2035, whose days and changes of clocks are known, and which is far enough ahead.
 */

const JANE = 'jane.smith@example.com'
const JOHN = 'john.doe@example.com'
const DEVICES: Record<string, BrowserContextOptions> = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true },
}

type Reader = {
  timezoneId: string
  /** Of what takes place in a room in Berlin, by the reader's clock; undefined where both clocks show the same. */
  evening?: { page: string; row: string }
  twice?: string
  skipped?: string
  /** Of an online hour at 20:00 UTC on 11 January. */
  online: { day: string; time: string }
  /** How many events the calendar has from Thursday, 11 January on, and on Sunday, 4 February. */
  calendar: number[]
  /** When an evening of 5 July at 18:00 in New York begins; undefined for who is there. */
  planned?: string
}

const READERS: Reader[] = [
  {
    timezoneId: 'Europe/Berlin',
    online: { day: 'Thursday 11 January', time: '21:00–22:00 CET' },
    calendar: [2, 2, 2, 2, 0, 1],
    planned: '00:00',
  },
  {
    timezoneId: 'America/New_York',
    evening: { page: 'Thu 11 Jan, 16:00–18:00 GMT-5', row: '16:00' },
    twice: 'Sat 27 Oct, 20:30–21:30 GMT-4',
    skipped: 'Sat 24 Mar, 20:30–21:30 GMT-4',
    online: { day: 'Thursday 11 January', time: '15:00–16:00 GMT-5' },
    calendar: [2, 2, 2, 2, 0, 1],
  },
  {
    timezoneId: 'Asia/Kathmandu',
    evening: { page: 'Fri 12 Jan, 02:45–04:45 GMT+5:45', row: 'Fri 02:45' },
    twice: 'Sun 28 Oct, 06:15–07:15 GMT+5:45',
    skipped: 'Sun 25 Mar, 06:15–07:15 GMT+5:45',
    online: { day: 'Friday 12 January', time: '01:45–02:45 GMT+5:45' },
    calendar: [1, 3, 2, 2, 0, 1],
    planned: '03:45',
  },
  {
    timezoneId: 'UTC',
    evening: { page: 'Thu 11 Jan, 21:00–23:00 UTC', row: '21:00' },
    twice: 'Sun 28 Oct, 00:30–01:30 UTC',
    skipped: 'Sun 25 Mar, 00:30–01:30 UTC',
    online: { day: 'Thursday 11 January', time: '20:00–21:00 UTC' },
    calendar: [2, 2, 2, 2, 0, 1],
    planned: '22:00',
  },
]

/** In UTC. Berlin is an hour ahead in winter and two in summer. */
const EVENTS = {
  evening: ['Lantern Evening', '2035-01-11T21:00', '2035-01-11T23:00'],
  online: ['Lantern Online', '2035-01-11T20:00', '2035-01-11T21:00'],
  /** From Friday at 16:00 until Sunday at midnight. */
  retreat: ['Lantern Retreat', '2035-01-12T15:00', '2035-01-14T23:00'],
  /** From Friday at 23:00 until Saturday at 01:00. */
  night: ['Lantern Night', '2035-01-12T22:00', '2035-01-13T00:00'],
  sunday: ['Lantern Sunday', '2035-01-14T19:00', '2035-01-14T20:30'],
  /** On the last day of the weeks of January. */
  border: ['Lantern Border', '2035-02-04T19:00', '2035-02-04T20:30'],
  /** 02:30 comes twice on 28 October, and 02:00 does not come on 25 March. */
  twice: ['Paper Twice', '2035-10-28T00:30', '2035-10-28T01:30'],
  skipped: ['Paper Skipped', '2035-03-25T00:30', '2035-03-25T01:30'],
  full: ['Paper Full', '2035-01-18T21:00', '2035-01-18T23:00'],
  cancelled: ['Paper Cancelled', '2035-01-19T21:00', '2035-01-19T23:00'],
} as const
type Name = keyof typeof EVENTS

let app: WebApp
const ids = {} as Record<Name, number>
const sessions: Record<string, string> = {}

before(async () => {
  app = await startWebApp()
  for (const email of [JANE, JOHN]) {
    const body = { email, password: DEMO_PASSWORD }
    const { user, access_token, refresh_token } = await app.ask('POST', '/api/auth/login', { body })
    sessions[email] = JSON.stringify({ user, access_token, refresh_token })
  }
  for (const name of Object.keys(EVENTS) as Name[]) ids[name] = await plan(name)
  const token = await app.tokenOf(JOHN)
  for (const name of ['evening', 'cancelled'] as const)
    await app.ask('POST', '/api/bookings/', { token, body: { event_id: ids[name] } })
  const other = await app.tokenOf('guest-4@example.com')
  await app.ask('POST', '/api/bookings/', { token: other, body: { event_id: ids.full } })
  await app.ask('POST', `/api/events/${ids.full}/waitlist`, { token })
  await app.ask('PUT', `/api/events/${ids.cancelled}/cancel`, { token: await app.tokenOf(JANE), body: {} })
})
after(() => app.close())

async function plan(name: Name): Promise<number> {
  const [title, start_datetime, end_datetime] = EVENTS[name]
  const { event } = await app.ask('POST', '/api/events/', {
    token: await app.tokenOf(JANE),
    body: {
      title,
      start_datetime: `${start_datetime}:00`,
      end_datetime: `${end_datetime}:00`,
      event_type: name === 'retreat' ? 'retreat' : 'session',
      location: name === 'online' ? null : 'The Attic',
      virtual_link: name === 'online' ? 'https://meet.example.com/lantern' : null,
      max_participants: name === 'full' ? 1 : 8,
      timezone: 'Europe/Berlin',
    },
  })
  return event.id
}

/** A visitor who is logged in already. */
const visitAs = (email: string, options: BrowserContextOptions): Promise<Visitor> =>
  app.visit({
    ...options,
    storageState: {
      cookies: [],
      origins: [
        { origin: app.api, localStorage: [{ name: 'stillpoint.session', value: sessions[email] ?? '' }] },
      ],
    },
  })

type Traveller = {
  page: Page
  /** Lets the time pass until then, in UTC. */
  goOnTo(moment: string): Promise<void>
  leave(): Promise<void>
}

/** A stranger for whom it is that moment: by the clock of the device, and by what the server says in its answers. */
async function visitAt(moment: string, options: BrowserContextOptions): Promise<Traveller> {
  const visitor = await app.visit(options)
  const { page } = visitor
  let aheadMs = msOf(moment) - Date.now()
  await page.clock.install({ time: msOf(moment) })
  await page.route('**/api/**', async (route) => {
    const response = await route.fetch()
    const date = new Date(Date.now() + aheadMs).toUTCString()
    await route.fulfill({ response, headers: { ...response.headers(), date } })
  })
  return {
    page,
    async goOnTo(next) {
      const ms = msOf(next) - (Date.now() + aheadMs)
      aheadMs += ms
      await page.clock.fastForward(ms)
    },
    async leave() {
      await page.unrouteAll({ behavior: 'ignoreErrors' })
      await visitor.leave()
    },
  }
}

const msOf = (moment: string) => Date.parse(`${moment}Z`)

const row = (page: Page, title: string) => page.getByRole('article').filter({ hasText: title })

/** The days of the list with what stands under them. */
const LIST = `[...document.querySelectorAll('main section:has(> h2)')].map((section) =>
  [section.querySelector('h2').textContent, ...[...section.querySelectorAll('h3')].map((each) => each.textContent)])`

async function expectList(page: Page, ...days: string[][]): Promise<void> {
  await until(page, `JSON.stringify(${LIST}) === ${JSON.stringify(JSON.stringify(days))}`).catch(async () =>
    assert.deepEqual(await page.evaluate(LIST), days),
  )
}

async function expectWhen(page: Page, event_id: number, ...parts: (string | undefined)[]): Promise<void> {
  await page.goto(`/events/${event_id}`)
  const when = page.getByRole('definition').first()
  await when.waitFor()
  assert.equal((await when.innerText()).replace(/\n+/g, ' | '), parts.filter(Boolean).join(' | '))
}

const yourTime = (text: string | undefined) => text && `Your time: ${text}`

// Each has a browser context of its own: while one waits for an answer, another goes on.
describe('readers', { concurrency: 3 }, () => {
  for (const [device, options] of Object.entries(DEVICES)) {
    for (const reader of READERS) {
      const { timezoneId } = reader
      const where = `${timezoneId}, ${device}`
      const context = { ...options, timezoneId }

      test(`${where}: an event is told by the clock of its room first, also over a change of clocks`, async () => {
        const { page, leave } = await visitAt('2035-01-10T10:00', context)
        const { evening, twice, skipped, online } = reader
        const tomorrow = 'Tomorrow, Thursday 11 January'
        await expectWhen(page, ids.evening, tomorrow, '22:00–00:00 CET · 2 h', yourTime(evening?.page))
        await expectWhen(
          page,
          ids.night,
          'Fri 12 Jan, 23:00 – Sat 13 Jan, 01:00 CET',
          '2 h',
          NIGHT[timezoneId],
        )
        await expectWhen(
          page,
          ids.twice,
          'Sunday 28 October',
          '02:30 CEST – 02:30 CET · 60 min',
          yourTime(twice),
        )
        await expectWhen(
          page,
          ids.skipped,
          'Sunday 25 March',
          '01:30 CET – 03:30 CEST · 60 min',
          yourTime(skipped),
        )
        const near = online.day.startsWith('Thursday') ? 'Tomorrow, ' : ''
        await expectWhen(page, ids.online, `${near}${online.day}`, `${online.time} · 60 min`)
        await leave()
      })

      test(`${where}: the list, the weekend, a day and the calendar have each event on its days`, async () => {
        const { page, leave } = await visitAt('2035-01-10T10:00', context)
        const { evening, online, calendar } = reader
        await page.goto('/events?q=lantern')
        const friday = ['Friday 12 January', 'Lantern Retreat', 'Lantern Night']
        const later = [
          ['Sunday 14 January', 'Lantern Sunday'],
          ['Sunday 4 February', 'Lantern Border'],
        ]
        const isThursday = online.day.startsWith('Thursday')
        await (isThursday
          ? expectList(
              page,
              ['Tomorrow · Thursday 11 January', 'Lantern Online', 'Lantern Evening'],
              friday,
              ...later,
            )
          : expectList(
              page,
              ['Tomorrow · Thursday 11 January', 'Lantern Evening'],
              ['Friday 12 January', 'Lantern Online', 'Lantern Retreat', 'Lantern Night'],
              ...later,
            ))
        const at = evening ? `22:00 CET\\s+2 h\\s+${evening.row} for you` : '22:00\\s+2 h'
        await expectText(row(page, 'Lantern Evening'), new RegExp(`^${at}\\s+Lantern`))
        await expectText(row(page, 'Lantern Retreat'), /3 days/)

        await page.getByRole('button', { name: 'Weekend' }).click()
        const weekend = [
          ['Saturday 13 January', 'Lantern Retreat', 'Lantern Night'],
          ['Sunday 14 January', 'Lantern Sunday'],
        ]
        await expectList(page, ...weekend)
        await expectText(page.getByRole('main').getByRole('status'), /^3 events$/)
        await expectText(row(page, 'Lantern Retreat'), /^Until\s+Sun 14 Jan/)
        await expectText(row(page, 'Lantern Night'), evening ? /^Until\s+01:00 CET/ : /^Until\s+01:00\s/)
        await page.getByRole('button', { name: 'Today' }).click()
        await page.getByText('No events found').waitFor()
        await page.goto('/events?q=lantern&from=2035-01-14&to=2035-01-14')
        await expectList(page, ['Sunday 14 January', 'Lantern Retreat', 'Lantern Sunday'])

        await page.getByRole('button', { name: 'Calendar' }).click()
        await until(page, "!document.querySelector('[aria-busy=true]') && document.querySelector('table')")
        const days = ['11 January', '12 January', '13 January', '14 January', '15 January', '4 February']
        const labels = (await page.evaluate(
          "[...document.querySelectorAll('td button[aria-pressed]')].map((each) => each.ariaLabel)",
        )) as string[]
        const counts = days.map(
          (day) => labels.find((label) => label.includes(` ${day}: `))?.replace(/^.*: /, '') ?? 'not there',
        )
        assert.deepEqual(counts, calendar.map(eventsInWords))
        if (device === 'phone') {
          await page.getByRole('button', { name: /^Saturday 13 January: / }).tap()
          const list = page.getByRole('region', { name: 'Saturday 13 January' })
          await expectTexts(list.getByRole('link'), [/^… Lantern Retreat$/, /^… Lantern Night$/])
        } else {
          const bar = page.locator('td').getByRole('link', { name: 'Lantern Retreat' })
          assert.match((await bar.getAttribute('style')) ?? '', /--span: ?3\b/)
          await expectText(
            page.locator('td').getByRole('link', { name: 'Lantern Evening' }),
            /^22:00 Lantern/,
          )
        }
        await leave()
      })

      test(`${where}: what is upcoming, on and over is judged again when its moment comes`, async () => {
        const { page, goOnTo, leave } = await visitAt('2035-01-11T20:59:30', context)
        const evening = row(page, 'Lantern Evening')
        const retreat = row(page, 'Lantern Retreat')
        const heading = (event: Locator) =>
          page.locator('main section', { has: event }).getByRole('heading').first()
        await page.goto('/events?q=lantern')
        await expectText(heading(evening), /^Today · Thursday 11 January$/)
        await expectCount(evening.getByText('On now'), 0)
        await goOnTo('2035-01-11T21:00:01')
        await evening.getByText('On now').waitFor()
        await expectCount(row(page, 'Lantern Online'), 0)
        await goOnTo('2035-01-11T22:59:00')
        await expectText(heading(row(page, 'Lantern Night')), /^Tomorrow · Friday 12 January$/)
        // In the room it is Friday then.
        await goOnTo('2035-01-11T23:00:01')
        await expectCount(evening, 0)
        await expectText(heading(retreat), /^Today · Friday 12 January$/)
        await goOnTo('2035-01-12T15:00:01')
        await retreat.getByText('On now').waitFor()
        await expectText(retreat, /^16:00/)
        await goOnTo('2035-01-13T12:00')
        await expectText(heading(retreat), /^Today · Saturday 13 January$/)
        await expectText(retreat, /^Until\s+Sun 14 Jan/)
        await goOnTo('2035-01-14T22:00')
        await expectText(heading(retreat), /^Today · Sunday 14 January$/)
        await expectText(retreat, reader.evening ? /^Until\s+00:00 CET/ : /^Until\s+00:00\s/)
        await goOnTo('2035-01-14T23:00:01')
        await expectCount(retreat, 0)
        await row(page, 'Lantern Border').waitFor()
        await leave()
      })

      test(`${where}: one’s own places are told by the clock of the room`, async () => {
        const { page, leave } = await visitAs(JOHN, context)
        await page.goto('/bookings')
        const own = row(page, 'Lantern Evening')
        await expectText(own, /Thu,? 11 Jan 2035, 22:00–00:00 CET/)
        await expectCount(own.getByText('Your time'), reader.evening ? 1 : 0)
        if (reader.evening) await expectText(own, new RegExp(`${reader.evening.row.slice(-5)}–\\d`))
        const waiting = page.locator('section', { hasText: 'Waiting for a seat' }).last()
        await expectText(waiting, /Paper Full\s*Thu,? 18 Jan 2035, 22:00–00:00 CET · next in line/)
        const notice = page.getByRole('listitem').filter({ hasText: 'Paper Cancelled' })
        await expectText(notice.first(), /Paper Cancelled.* Fri,? 19 Jan 2035, 22:00–00:00 CET/)
        await leave()
      })

      test(`${where}: what is typed is the time of the room, and the files have it`, async () => {
        const { page, leave } = await visitAs(JANE, { ...context, acceptDownloads: true })
        const title = `July in ${timezoneId}, ${device}`
        await page.goto('/manage/events?write=new')
        const form = page.getByRole('dialog', { name: 'New event' })
        await form.getByLabel('Title').fill(title)
        await form.getByLabel('Begins').fill('2035-07-05T18:00')
        await form.getByLabel('Ends').fill('2035-07-05T20:00')
        const zone = form.getByRole('combobox', { name: 'Time zone' })
        assert.equal(await zone.inputValue(), 'Europe/Berlin (UTC+02:00)', 'of the last event')
        await zone.fill('new york')
        await page.getByRole('option', { name: 'America/New York (UTC−04:00)' }).click()
        await form.getByLabel('Place (optional)').fill('The Loft')
        const hint = form.getByText('Not the time zone of this device')
        await expectCount(hint, reader.planned ? 1 : 0)
        if (reader.planned) await expectText(hint, new RegExp(`where it begins at ${reader.planned}\\.`))
        await form.getByRole('button', { name: 'Create event' }).click()
        await page.getByText(`“${title}” can be booked now.`).waitFor()

        const token = await app.tokenOf(JANE)
        const { events } = await app.ask('GET', `/api/events/?search=${encodeURIComponent(title)}`, { token })
        const [{ id, start_datetime, end_datetime, timezone }] = events
        assert.deepEqual(
          [start_datetime, end_datetime, timezone],
          ['2035-07-05T22:00:00', '2035-07-06T00:00:00', 'America/New_York'],
        )
        const name = { first_name: 'Nora', last_name: 'North' }
        const person = { email: `guest-of-${id}@example.com`, password: DEMO_PASSWORD, ...name }
        await app.ask('POST', '/api/auth/register', { body: person })
        await app.ask('POST', '/api/bookings/', {
          token: await app.tokenOf(person.email),
          body: { event_id: id },
        })
        await page.goto(`/manage/events/${id}`)
        await expectText(page.getByRole('main'), /Thu,? 5 Jul 2035, 18:00–20:00 (EDT|GMT-4)/)
        const [file] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('button', { name: 'Download for Excel' }).click(),
        ])
        const [sheet] = await readXlsx(readFileSync(await file.path()))
        const [head = [], first = []] = sheet?.data ?? []
        assert.equal(first[head.indexOf('Event starts')], '2035-07-05 18:00')
        await page.goto(`/manage/events?write=edit&event=${id}`)
        const edit = page.getByRole('dialog', { name: 'Change event' })
        await edit.getByLabel('Begins').waitFor()
        assert.equal(await edit.getByLabel('Begins').inputValue(), '2035-07-05T18:00')
        await leave()
      })
    }
  }
})

/** The night by the reader’s clock. */
const NIGHT: Record<string, string | undefined> = {
  'America/New_York': 'Your time: Fri 12 Jan, 17:00–19:00 GMT-5',
  'Asia/Kathmandu': 'Your time: Sat 13 Jan, 03:45–05:45 GMT+5:45',
  UTC: 'Your time: Fri 12 Jan, 22:00–00:00 UTC',
}

const eventsInWords = (count: number) =>
  count === 0 ? 'no events' : `${count} ${count === 1 ? 'event' : 'events'}`

async function expectTexts(all: Locator, patterns: RegExp[]): Promise<void> {
  await expectCount(all, patterns.length)
  for (const [i, text] of (await all.allInnerTexts()).entries()) assert.match(text, patterns[i] as RegExp)
}
