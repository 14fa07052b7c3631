import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { sendMails } from '#harness/apps/test-mail.ts'
import { anEvent, anOrganiser, aUser } from '#harness/data/factories.ts'

/** What nobody may learn without an account about those who come, whichever public door they try. */
const SECRETS = {
  attendee: 'Quillfeather',
  address: 'quill.address@example.com',
  phone: '+49 555 0199887',
  notes: 'Sciatica-since-spring',
  waiting: 'Marrowbone',
  waitingNotes: 'Vertigo-at-night',
  link: 'meet.example.com/secret-room',
  facilitatorAddress: 'leader.private@example.com',
  message: 'Door-code-4711',
  title: 'Hidden-subject',
}
/** Of those, what may be said of an event whatever happens to it. */
const PUBLIC_TITLE = 'Lantern evening'

let booking: TestBooking
let event_id: number
let facilitator_id: number
let attendee: Awaited<ReturnType<typeof aUser>>
let leader: Awaited<ReturnType<typeof anOrganiser>>

before(async () => {
  booking = await startTestBooking({
    env: { PUBLIC_URL: 'https://studio.example', EMBED_ORIGINS: 'https://shop.example' },
  })
  const { deps, request } = booking
  leader = await anOrganiser(deps)
  facilitator_id = leader.facilitator_id
  await deps.db
    .updateTable('users')
    .set({ email: SECRETS.facilitatorAddress, phone: SECRETS.phone })
    .where('id', '=', leader.id)
    .execute()
  event_id = await anEvent(deps, {
    facilitator_id,
    title: PUBLIC_TITLE,
    max_participants: 1,
    virtual_link: `https://${SECRETS.link}`,
    location: null,
  })
  attendee = await aUser(deps, {
    first_name: SECRETS.attendee,
    last_name: SECRETS.attendee,
    email: SECRETS.address,
    phone: SECRETS.phone,
  })
  const waiting = await aUser(deps, { first_name: SECRETS.waiting, last_name: SECRETS.waiting })
  const succeed = async (method: 'POST', path: string, token: string, body: object) => {
    const { status } = await request(method, path, { token, body })
    assert.ok(status < 300, `${path}: ${status}`)
  }
  await succeed('POST', '/api/bookings/', attendee.token, { event_id, notes: SECRETS.notes })
  await succeed('POST', `/api/events/${event_id}/waitlist`, waiting.token, { notes: SECRETS.waitingNotes })
  await succeed('POST', `/api/events/${event_id}/messages`, leader.token, {
    subject: SECRETS.title,
    text: SECRETS.message,
    waitlist: true,
  })
  await sendMails(deps)
})
after(() => booking.close())

type Answer = { status: number; text: string; headers: Record<string, unknown> }

async function read(url: string, headers: Record<string, string> = {}, token?: string): Promise<Answer> {
  const answer = await booking.request('GET', url, { headers, ...(token && { token }) })
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
  return { status: answer.status, text, headers: answer.headers }
}

const found = (text: string): string[] =>
  Object.entries(SECRETS).flatMap(([name, secret]) =>
    text.toLowerCase().includes(secret.toLowerCase()) ? [name] : [],
  )

/** Every address that answers without an account. */
const ADDRESSES = () => [
  ...['/api/programme', '/api/programme?per_page=100', '/api/programme?online=true', '/api/settings'],
  ...[`/api/programme/${event_id}`, `/api/programme?facilitator_id=${facilitator_id}`],
  ...['/api/programme/facilitators', `/api/programme/facilitators/${facilitator_id}`],
  ...['/', '/events', `/events/${event_id}`, '/facilitators', `/facilitators/${facilitator_id}`],
  ...[
    `/events/${event_id}/cover.png`,
    '/sitemap.xml',
    '/sitemap/pages.xml',
    '/sitemap/events-1.xml',
    '/robots.txt',
  ],
  ...['/embed/events', `/embed/events?facilitator_id=${facilitator_id}`, '/embed.js'],
  ...['/openapi.json', '/health', '/ready', '/manifest.webmanifest'],
]

test('no public address tells who comes, what they said or where one joins', async () => {
  let told = 0
  // Somebody with a seat reads first, so that whatever is kept for them could be given to others.
  for (const reader of [attendee, leader]) {
    await read(`/api/events/${event_id}`, {}, reader.token)
    await read('/api/events/?per_page=100', {}, reader.token)
  }
  for (const url of ADDRESSES())
    for (const [token, encoding] of [
      [undefined, undefined],
      [attendee.token, undefined],
      [leader.token, undefined],
      [undefined, 'identity'],
    ] as const) {
      const { text, status, headers } = await read(
        url,
        encoding ? { 'accept-encoding': encoding } : {},
        token,
      )
      assert.ok(status < 500, url)
      if (text.includes(PUBLIC_TITLE)) told++
      assert.deepEqual(
        found(text + JSON.stringify(headers)),
        [],
        `${url} ${token ? 'with' : 'without'} a login`,
      )
    }
  assert.ok(told >= 16, `the event is shown ${told} times`)
})

test('no search finds an event by who comes, what they said or where one joins', async () => {
  const total = async (search: string, at = '/api/programme') =>
    JSON.parse((await read(`${at}?search=${encodeURIComponent(search)}&per_page=1`)).text).pagination.total
  assert.equal(await total(PUBLIC_TITLE), 1)
  for (const [name, secret] of Object.entries(SECRETS)) {
    assert.equal(await total(secret), 0, name)
    for (const part of [secret.slice(0, 6), secret.slice(-6), secret.split(/[@/. -]/)[0] ?? ''])
      assert.equal(await total(part), 0, `${name}: ${part}`)
  }
})

test('what cannot be asked is refused or left out, and orders nothing by what is hidden', async () => {
  const plain = (await read('/api/programme?per_page=100')).text
  for (const query of [
    'sort=virtual_link',
    'order_by=virtual_link',
    'sort=-current_participants',
    'fields=virtual_link,bookings',
    'include=bookings',
    'expand=attendees',
    'virtual_link=https',
    'user_id=1',
    'attendee=1',
    'format=csv',
    'status=CANCELLED',
    'status=DRAFT',
  ]) {
    const { status, text } = await read(`/api/programme?per_page=100&${query}`)
    assert.ok(status === 400 || text === plain, query)
    assert.deepEqual(found(text), [], query)
  }
  for (const accept of [
    'text/csv',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'text/calendar',
    '*/*',
  ]) {
    const { text, headers } = await read(`/api/programme/${event_id}`, { accept })
    assert.match(String(headers['content-type']), /^application\/json/)
    assert.deepEqual(found(text), [], accept)
  }
})

test('doors to people are closed to strangers, in any spelling', async () => {
  for (const path of [
    `/api/events/${event_id}`,
    `/api/events/${event_id}/bookings`,
    `/api/events/${event_id}/bookings?format=csv`,
    `/api/events/${event_id}/waitlist`,
    `/api/events/${event_id}/calendar.ics`,
    `/api/events/${event_id}/calendar.ics?token=x`,
    `/api/programme/${event_id}/bookings`,
    `/api/programme/${event_id}/calendar.ics`,
    `/api/programme/../events/${event_id}`,
    `/api/programme/%2e%2e/events/${event_id}`,
    `/api//events/${event_id}`,
    `/API/events/${event_id}`,
    `/api/events/${event_id}/`,
    `/api/events/0${event_id}`,
    '/api/users',
    '/api/mail',
    '/api/audit-log',
  ]) {
    const { status, text } = await read(path)
    assert.ok([400, 401, 403, 404].includes(status) || /^<!doctype html>/i.test(text), `${path}: ${status}`)
    assert.deepEqual(found(text), [], path)
  }
})

test('the tag of an answer does not change with what is hidden', async () => {
  const tags = async () => {
    booking.clock.advance(2)
    const all: unknown[] = []
    for (const url of [`/api/programme/${event_id}`, '/api/programme?per_page=100', '/embed/events'])
      all.push((await read(url)).headers.etag)
    return all
  }
  const first = await tags()
  assert.ok(first.every(Boolean))
  const { deps, request } = booking
  const edited = await request('PUT', `/api/events/${event_id}`, {
    token: leader.token,
    body: { virtual_link: `https://${SECRETS.link}/another` },
  })
  assert.equal(edited.status, 200)
  await deps.db
    .updateTable('bookings')
    .set({ notes: 'Other notes' })
    .where('event_id', '=', event_id)
    .execute()
  assert.deepEqual(await tags(), first, 'another link, other notes')
  await request('PUT', `/api/events/${event_id}`, {
    token: leader.token,
    body: { title: `${PUBLIC_TITLE} again` },
  })
  assert.equal(
    (await tags()).filter((tag, i) => tag === first[i]).length,
    0,
    'what can be seen does change it',
  )
})

test('a shared cache is never offered what is for one person', async () => {
  for (const { token } of [attendee, leader])
    for (const url of [`/api/events/${event_id}`, '/api/events/', `/api/events/${event_id}/calendar.ics`]) {
      const { headers, status } = await read(url, {}, token)
      assert.equal(status, 200, url)
      assert.match(String(headers['cache-control']), /no-store|private/, url)
    }
  const open = await read(`/api/programme/${event_id}`, {}, attendee.token)
  const closed = await read(`/api/programme/${event_id}`)
  assert.deepEqual([open.text, open.headers.etag], [closed.text, closed.headers.etag])
})

test('a leak would be found', () => {
  for (const [name, secret] of Object.entries(SECRETS))
    assert.deepEqual(found(`<p>${secret.toUpperCase()}</p>`), [name])
})
