import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { listenTo } from '#harness/clients/event-listener.ts'
import { aFacilitator, anEvent, anOrganiser, aUser } from '#harness/data/factories.ts'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'

/** Who may have the online link of an event (decision 0055), at every door that shows events. */
const SECRET = 'meet.example.com/only-for-those-who-come'

const ACTORS = [
  'stranger',
  'signed in',
  'waiting',
  'cancelled',
  'seat',
  'was there',
  'facilitator',
  'other facilitator',
  'former facilitator',
  'admin',
] as const
type Actor = (typeof ACTORS)[number]

const READERS: Actor[] = ['seat', 'facilitator', 'admin']
const ORGANISERS: Actor[] = ['facilitator', 'admin']

let booking: TestBooking
const tokens = {} as Record<Actor, string | undefined>
let event_id: number
let past_id: number
let facilitator_id: number

before(async () => {
  booking = await startTestBooking()
  const { deps, request } = booking
  const organiser = await anOrganiser(deps)
  const former = await aUser(deps)
  await aFacilitator(deps, { user_id: former.id, is_active: false })
  const people = await Promise.all(
    ['signed in', 'waiting', 'cancelled', 'seat', 'was there'].map(() => aUser(deps)),
  )
  const [signedIn, waiting, cancelled, seat, wasThere] = people.map(({ token }) => token)
  Object.assign(tokens, {
    stranger: undefined,
    'signed in': signedIn,
    waiting,
    cancelled,
    seat,
    'was there': wasThere,
    facilitator: organiser.token,
    'other facilitator': (await anOrganiser(deps)).token,
    'former facilitator': former.token,
    admin: (await aUser(deps, { is_admin: true })).token,
  })
  facilitator_id = organiser.facilitator_id
  const online = {
    facilitator_id,
    virtual_link: `https://${SECRET}`,
    location: null,
    title: 'Quiet Online Hour',
  }
  past_id = await anEvent(deps, online)
  await book(past_id, 'was there')
  booking.clock.advance(60 * 60 * 24 * 3)
  const start_datetime = new Date(booking.clock.now().getTime() + 60 * 60 * 48_000)
  event_id = await anEvent(deps, { ...online, max_participants: 1, start_datetime })
  for (const actor of ACTORS) if (tokens[actor]) tokens[actor] = await renew(tokens[actor])
  const { body } = await book(event_id, 'cancelled')
  await request('PUT', `/api/bookings/${body.booking.id}/cancel`, { token: tokens.cancelled })
  await book(event_id, 'seat')
  await request('POST', `/api/events/${event_id}/waitlist`, { token: tokens.waiting, body: {} })
})
after(() => booking.close())

/** Access tokens end while the clock moves on. */
async function renew(token: string): Promise<string> {
  const { sub } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  const user = await booking.deps.db
    .selectFrom('users')
    .selectAll()
    .where('id', '=', Number(sub))
    .executeTakeFirstOrThrow()
  return booking.deps.identity.sessions.issue('access', user)
}

async function book(id: number, actor: Actor) {
  const answer = await booking.request('POST', '/api/bookings/', {
    token: tokens[actor],
    body: { event_id: id },
  })
  assert.equal(answer.status, 201, `${actor}: ${JSON.stringify(answer.body)}`)
  return answer
}

type Method = 'GET' | 'POST' | 'PUT'
const ask = async (method: Method, url: string, actor: Actor, body?: unknown): Promise<string> => {
  const answer = await booking.request(method, url, {
    token: tokens[actor],
    ...(body !== undefined && { body }),
  })
  return `${answer.status} ${typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)}`
}

type Door = {
  /** Everything that this door tells the actor. */
  enter(actor: Actor): Promise<string>
  readers: Actor[]
}

const reading = (url: () => string, readers = READERS): Door => ({
  enter: (actor) => ask('GET', url(), actor),
  readers,
})
const form = () => ({
  ...{ title: 'Another Hour', event_type: 'session', max_participants: 3, facilitator_id },
  ...{ start_datetime: '2099-01-01T10:00:00', end_datetime: '2099-01-01T11:00:00' },
})

/** By the operation of the OpenAPI document. */
const DOORS: Record<string, Door> = {
  'GET /api/events/': reading(() => `/api/events/?facilitator_id=${facilitator_id}`),
  'GET /api/events/{id}': reading(() => `/api/events/${event_id}`),
  'GET /api/events/{id}/calendar.ics': reading(() => `/api/events/${event_id}/calendar.ics`),
  'GET /api/facilitators/{id}/events': reading(
    () => `/api/facilitators/${facilitator_id}/events?per_page=1&page=2`,
  ),
  'GET /api/programme': reading(() => '/api/programme', []),
  'GET /api/programme/{id}': reading(() => `/api/programme/${event_id}`, []),
  'GET /api/bookings/calendar.ics': {
    async enter(actor) {
      const { body } = await booking.request('POST', '/api/bookings/calendar-token', {
        token: tokens[actor],
        body: {},
      })
      return ask('GET', `/api/bookings/calendar.ics?token=${body.token}`, actor)
    },
    readers: ['seat', 'was there'],
  },
  'GET /api/notices': { enter: hearOfAMove, readers: ['seat'] },
  'GET /api/events/stream': { enter: hearAnEdit, readers: READERS },
  'POST /api/events/': {
    enter: (actor) => ask('POST', '/api/events/', actor, { ...form(), virtual_link: `https://${SECRET}` }),
    readers: ORGANISERS,
  },
  'PUT /api/events/{id}': {
    enter: (actor) => ask('PUT', `/api/events/${event_id}`, actor, { description: `Seen by ${actor}` }),
    readers: ORGANISERS,
  },
  'PUT /api/events/{id}/cancel': {
    async enter(actor) {
      const id = await anEvent(booking.deps, { facilitator_id, virtual_link: `https://${SECRET}` })
      return ask('PUT', `/api/events/${id}/cancel`, actor, {})
    },
    readers: ORGANISERS,
  },
}

let moves = 0

/** What is told of an event whose link has changed to this one, to who has a seat, has given theirs up, or never had one. */
async function hearOfAMove(actor: Actor): Promise<string> {
  const start_datetime = new Date(booking.clock.now().getTime() + (1_000 + 2 * ++moves) * 3_600_000)
  const end_datetime = new Date(start_datetime.getTime() + 3_600_000)
  const id = await anEvent(booking.deps, {
    ...{ facilitator_id, start_datetime, end_datetime },
    ...{ location: null, virtual_link: 'https://elsewhere.example/' },
  })
  if (actor === 'seat') await book(id, actor)
  if (actor === 'cancelled') {
    const { body } = await book(id, actor)
    await booking.request('PUT', `/api/bookings/${body.booking.id}/cancel`, { token: tokens[actor] })
  }
  booking.clock.advance(1)
  await ask('PUT', `/api/events/${id}`, 'facilitator', { virtual_link: `https://${SECRET}` })
  return ask('GET', '/api/notices', actor)
}

let edits = 0

/** What a listener hears when the event is changed. */
async function hearAnEdit(actor: Actor): Promise<string> {
  if (!booking.app.server.listening) await booking.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = booking.app.server.address() as AddressInfo
  const token = tokens[actor]
  const stream = await listenTo(`http://127.0.0.1:${port}/api/events/stream?event_id=${event_id}`, {
    ...(token && { authorization: `Bearer ${token}` }),
  })
  if (stream.status !== 200) return String(stream.status)
  await stream.untilHeard(1)
  await ask('PUT', `/api/events/${event_id}`, 'facilitator', { requirements: `Edit ${++edits}` })
  await waitUntil(() => stream.heard.some(({ event }) => event === 'event'), 5_000)
  stream.leave()
  return JSON.stringify(stream.heard)
}

test('every door that shows an event is in the table', async () => {
  await booking.app.ready()
  const document = booking.app.swagger() as unknown as {
    paths: Record<string, Record<string, { responses: object }>>
  }
  const schemas = Reflect.get(document, 'components').schemas as Record<string, object>
  const shapes = shapesWithLinks(schemas)
  assert.ok(shapes.has('Event'))
  // A shape of events without the link is looked into as well.
  const names = [...shapes, 'PublicEvent'].join('|')
  const pattern = new RegExp(`virtual_link|text/calendar|text/event-stream|schemas/(${names})"`)
  const found = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { responses }]) => pattern.test(JSON.stringify(responses)))
      .map(([method]) => `${method.toUpperCase()} ${path}`),
  )
  const known = [...Object.keys(DOORS), 'GET /api/facilitators/{id}/crm/stream']
  assert.deepEqual(found.toSorted(), known.toSorted())
})

/** The names of schemas that have a link, in themselves or in one that they refer to. */
function shapesWithLinks(schemas: Record<string, object>): Set<string> {
  const shapes = new Set<string>()
  let before = -1
  while (shapes.size > before) {
    before = shapes.size
    for (const [name, schema] of Object.entries(schemas)) {
      const text = JSON.stringify(schema)
      if (text.includes('"virtual_link"') || [...shapes].some((each) => text.includes(`schemas/${each}"`)))
        shapes.add(name)
    }
  }
  return shapes
}

for (const [name, { enter, readers }] of Object.entries(DOORS)) {
  test(`the online link at ${name}`, async () => {
    const table: Partial<Record<Actor, boolean>> = {}
    // Twice: the second time from caches.
    for (const actor of [...ACTORS, ...ACTORS]) {
      const told = await enter(actor)
      table[actor] = told.includes(SECRET)
      if (!name.startsWith('P')) assert.doesNotMatch(told, /^5/, told)
    }
    assert.deepEqual(table, Object.fromEntries(ACTORS.map((actor) => [actor, readers.includes(actor)])))
  })
}

test('who was there may look it up afterwards, and nobody else does', async () => {
  const told: Partial<Record<Actor, boolean>> = {}
  for (const actor of ACTORS)
    told[actor] = (await ask('GET', `/api/events/${past_id}`, actor)).includes(SECRET)
  const readers: Actor[] = ['was there', ...ORGANISERS]
  assert.deepEqual(told, Object.fromEntries(ACTORS.map((actor) => [actor, readers.includes(actor)])))
})

test('no other answer to somebody without a seat has it either', async () => {
  const document = booking.app.swagger() as unknown as { paths: Record<string, Record<string, unknown>> }
  const urls = Object.entries(document.paths)
    .filter(([path, { get }]) => get && !path.endsWith('/stream'))
    .flatMap(([path]) => [event_id, facilitator_id].map((id) => path.replace(/\{\w+\}/g, String(id))))
  assert.ok(urls.length > 60)
  const { db } = booking.deps
  const logged = JSON.stringify(await db.selectFrom('audit_log').selectAll().execute())
  assert.equal(logged.includes(SECRET), false, 'the audit log')
  for (const url of new Set(urls))
    for (const actor of ['stranger', 'waiting', 'cancelled', 'other facilitator'] as const)
      assert.equal((await ask('GET', url, actor)).includes(SECRET), false, `${actor} at ${url}`)
})

test('a seat shows the link at once, and giving it up hides it at once', async () => {
  const start_datetime = new Date(booking.clock.now().getTime() + 60 * 60 * 99_000)
  const id = await anEvent(booking.deps, {
    facilitator_id,
    virtual_link: `https://${SECRET}`,
    start_datetime,
  })
  const link = async () =>
    (await booking.request('GET', `/api/events/${id}`, { token: tokens['signed in'] })).body.event
      .virtual_link
  assert.equal(await link(), null)
  const { body } = await book(id, 'signed in')
  assert.equal(await link(), `https://${SECRET}`)
  await booking.request('PUT', `/api/bookings/${body.booking.id}/cancel`, { token: tokens['signed in'] })
  assert.equal(await link(), null)
})

test('an event without a link is answered without a question to the database', async () => {
  const id = await anEvent(booking.deps)
  const asked = await countLinkReads(async () => {
    for (let i = 0; i < 3; i++) await ask('GET', `/api/events/${id}`, 'seat')
  })
  assert.equal(asked, 0)
  assert.equal(await countLinkReads(() => ask('GET', `/api/events/${event_id}`, 'seat')), 1)
})

async function countLinkReads(run: () => Promise<unknown>): Promise<number> {
  const { links } = booking.deps.queues
  const { find } = links
  let count = 0
  links.find = (person, ids) => {
    count++
    return find(person, ids)
  }
  await run()
  links.find = find
  return count
}
