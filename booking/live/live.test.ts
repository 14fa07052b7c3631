import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { pino } from 'pino'
import { buildApp } from '#booking/app.ts'
import { closeDeps, createDeps } from '#booking/deps.ts'
import * as eventStore from '#booking/events/event.store.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { listenTo } from '#harness/clients/event-listener.ts'
import { aFacilitator, anEvent, anOrganiser, aUser } from '#harness/data/factories.ts'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'
import { createChangeFeed } from './change-feed.ts'
import { createLive } from './live.ts'

/** `booking` is one instance, `other` a second one on the same database. Clients listen to the second. */
let booking: TestBooking
let other: Awaited<ReturnType<typeof startSecond>>

before(async () => {
  booking = await startTestBooking()
  other = await startSecond()
})
after(async () => {
  await other.close()
  await booking.close()
})

async function startSecond() {
  const { config, databases, crm, clock } = booking.deps
  const url = String(databases.pool.options.connectionString)
  const deps = createDeps(config, { url }, pino({ level: 'silent' }), { clock, crmClient: crm.client })
  const app = await buildApp(deps)
  await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    port: (app.server.address() as AddressInfo).port,
    async close() {
      await app.close()
      await closeDeps(deps)
    },
  }
}

type Person = Awaited<ReturnType<typeof aUser>>
type Data = Record<string, unknown>

/** Listens to the second instance. */
async function listen({ token }: Person, query = '', lastEventId?: string) {
  const stream = await listenTo(`http://127.0.0.1:${other.port}/api/events/stream${query}`, {
    authorization: `Bearer ${token}`,
    ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
  })
  const { heard } = stream
  return {
    ...stream,
    /** What it hears next of that kind. */
    async next(event: string, matches: (data: Data) => boolean = () => true) {
      const isIt = (each: (typeof heard)[number]) => each.event === event && matches(each.data as Data)
      await waitUntil(() => heard.some(isIt), 5_000)
      const [found] = heard.splice(0, heard.findIndex(isIt) + 1).slice(-1)
      return { id: found?.id, data: found?.data as Data }
    },
  }
}

const book = async ({ token }: Person, event_id: number): Promise<number> => {
  const { body } = await booking.request('POST', '/api/bookings/', { token, body: { event_id } })
  return body.booking.id
}
const cancel = ({ token }: Person, id: number) =>
  booking.request('PUT', `/api/bookings/${id}/cancel`, { token })
const join = ({ token }: Person, event_id: number) =>
  booking.request('POST', `/api/events/${event_id}/waitlist`, { token, body: {} })

test('a booking at one instance reaches subscribers of another', async () => {
  const [subscriber, guest] = [await aUser(booking.deps), await aUser(booking.deps)]
  const event_id = await anEvent(booking.deps, { max_participants: 2 })
  const stream = await listen(subscriber)
  assert.deepEqual([stream.status, stream.type], [200, 'text/event-stream; charset=utf-8'])
  const id = await book(guest, event_id)
  const { data } = await stream.next('seats', (each) => each.event_id === event_id)
  assert.deepEqual(data, {
    event_id,
    current_participants: 1,
    available_spots: 1,
    is_full: false,
    waiting: 0,
  })
  await cancel(guest, id)
  await stream.next('seats', (each) => each.event_id === event_id && each.current_participants === 0)
  stream.leave()
})

test('waiting lists are in the stream too; a promotion is sent to the promoted person only', async () => {
  const [holder, waiter] = [await aUser(booking.deps), await aUser(booking.deps)]
  const event_id = await anEvent(booking.deps, { max_participants: 1 })
  const id = await book(holder, event_id)
  const [of, by] = [await listen(holder), await listen(waiter)]
  await join(waiter, event_id)
  assert.deepEqual((await of.next('seats', ({ waiting }) => waiting === 1)).data, {
    event_id,
    current_participants: 1,
    available_spots: 0,
    is_full: true,
    waiting: 1,
  })
  await cancel(holder, id)
  const { data } = await by.next('booking.promoted')
  const own = await booking.request('GET', '/api/bookings/', { token: waiter.token })
  assert.deepEqual(data, { booking_id: own.body.bookings[0].id, event_id })
  await of.next('seats', ({ waiting }) => waiting === 0)
  assert.ok(!of.heard.some(({ event }) => event === 'booking.promoted'))
  of.leave()
  by.leave()
})

test('a cancellation by somebody else is sent to the attendee only, one of their own to nobody', async () => {
  const leader = await aUser(booking.deps)
  const { id: facilitator_id } = await aFacilitator(booking.deps, { user_id: leader.id })
  const [guest, other] = [await aUser(booking.deps), await aUser(booking.deps)]
  const [event_id, own] = [await anEvent(booking.deps, { facilitator_id }), await anEvent(booking.deps)]
  const [booking_id, given] = [await book(guest, event_id), await book(guest, own)]
  const [by, of] = [await listen(guest), await listen(other)]
  await cancel(guest, given)
  await by.next('seats', (data) => data.event_id === own && data.current_participants === 0)
  await booking.request('PUT', `/api/events/${event_id}/bookings/${booking_id}/cancel`, {
    token: leader.token,
  })
  assert.deepEqual((await by.next('booking.cancelled')).data, { booking_id, event_id })
  await of.next('seats', (data) => data.event_id === event_id && data.current_participants === 0)
  assert.ok(!of.heard.some(({ event }) => event === 'booking.cancelled'))
  assert.ok(!by.heard.some(({ event }) => event === 'booking.cancelled'))
  by.leave()
  of.leave()
})

test('a subscription to one event begins with its seats and carries nothing else', async () => {
  const guest = await aUser(booking.deps)
  const [asked, unasked] = [await anEvent(booking.deps), await anEvent(booking.deps)]
  const stream = await listen(guest, `?event_id=${asked}`)
  assert.deepEqual((await stream.next('seats')).data, {
    event_id: asked,
    current_participants: 0,
    available_spots: 20,
    is_full: false,
    waiting: 0,
  })
  await book(guest, unasked)
  await book(guest, asked)
  assert.equal((await stream.next('seats')).data.event_id, asked)
  assert.equal((await listen(guest, '?event_id=999999')).status, 404)
  assert.equal((await listen(guest, '?event_id=x')).status, 400)
  stream.leave()
})

test('a change of the event is sent with the whole event', async () => {
  const leader = await aUser(booking.deps)
  const { id: facilitator_id } = await aFacilitator(booking.deps, { user_id: leader.id })
  const event_id = await anEvent(booking.deps, { facilitator_id })
  const stream = await listen(leader)
  const path = `/api/events/${event_id}`
  const edited = await booking.request('PUT', path, { token: leader.token, body: { title: 'Evening Yoga' } })
  assert.equal(edited.status, 200, JSON.stringify(edited.body))
  assert.deepEqual((await stream.next('event')).data, { event: edited.body.event })
  await booking.request('PUT', `${path}/cancel`, { token: leader.token, body: {} })
  const { data } = await stream.next('event')
  assert.equal((data.event as { status: string }).status, 'CANCELLED')
  stream.leave()
})

test('reconnecting with the last id brings the missed changes, or reload when there are too many', async () => {
  const [guest, waiter] = [await aUser(booking.deps), await aUser(booking.deps)]
  const [event_id, full] = [await anEvent(booking.deps), await anEvent(booking.deps, { max_participants: 1 })]
  const first = await listen(waiter)
  const id = await book(guest, full)
  const { id: lastId } = await first.next('seats')
  first.leave()
  await join(waiter, full)
  await cancel(guest, id)
  await book(guest, event_id)
  const again = await listen(waiter, '', lastId)
  await again.next('seats', (data) => data.event_id === event_id && data.current_participants === 1)
  await again.next('booking.promoted')
  again.leave()
  const lost = await listen(waiter, '', '999999999')
  assert.deepEqual((await lost.next('reload')).data, {})
  lost.leave()
})

test('an entry that is committed after one with a higher id is sent all the same', async () => {
  const guest = await aUser(booking.deps)
  const [early, late] = [await anEvent(booking.deps), await anEvent(booking.deps)]
  const stream = await listen(guest)
  const { promise: held, resolve: release } = Promise.withResolvers<void>()
  const numbered = Promise.withResolvers<void>()
  const slow = booking.deps.db.transaction().execute(async (trx) => {
    await eventStore.lock(trx, early)
    await eventStore.addParticipants(trx, early, 1)
    await sql`
      insert into audit_log (at, action, subject, subject_id, details)
      values (now(), 'booking.created', 'booking', 1, jsonb_build_object('event_id', ${early}::int))`.execute(
      trx,
    )
    numbered.resolve()
    await held
  })
  await numbered.promise
  await book(guest, late)
  await stream.next('seats', (data) => data.event_id === late)
  release()
  await slow
  await stream.next('seats', (data) => data.event_id === early)
  stream.leave()
})

test('a stream ends when its account is closed, and needs a token in the header', async () => {
  const person = await aUser(booking.deps)
  const stream = await listen(person)
  await booking.deps.db.updateTable('users').set({ is_active: false }).where('id', '=', person.id).execute()
  booking.clock.advance(2)
  await stream.untilOver()
  const anonymous = await booking.request('GET', '/api/events/stream')
  assert.deepEqual([anonymous.status, anonymous.body.code], [401, 'invalid_token'])
  const { token } = await aUser(booking.deps)
  assert.equal((await booking.request('GET', `/api/events/stream?access_token=${token}`)).status, 401)
})

test('stopping does not wait for subscribers', async () => {
  const own = await startTestBooking()
  const { token } = await aUser(own.deps)
  await own.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = own.app.server.address() as AddressInfo
  const stream = await listenTo(`http://127.0.0.1:${port}/api/events/stream`, {
    authorization: `Bearer ${token}`,
  })
  const stoppedAtMs = performance.now()
  await own.close()
  assert.ok(performance.now() - stoppedAtMs < 3_000)
  await stream.untilOver()
})

test('who listens hears everything, though others who came at the same time have left before they were let in', async () => {
  const guest = await aUser(booking.deps)
  const event_id = await anEvent(booking.deps)
  const live = createLive(booking.deps)
  const sent: string[] = []
  const client = (onEnd: (listener: () => void) => void) => () => ({
    user_id: guest.id,
    token: guest.token,
    event_id: undefined,
    lastId: undefined,
    isDrained: () => true,
    send: (...piece: { json: string }[]) => void sent.push(...piece.map(({ json }) => json)),
    end: () => {},
    onEnd,
  })
  let leave = () => {}
  const gone = client((listener) => listener())
  const refused = () => {
    throw new Error('is being stopped')
  }
  const [, , , outcome] = await Promise.allSettled([
    live.subscribe(gone),
    live.subscribe(gone),
    live.subscribe(client((listener) => (leave = listener))),
    live.subscribe(refused),
  ])
  assert.equal(outcome.status, 'rejected')
  await book(guest, event_id)
  await waitUntil(() => sent.some((json) => json.includes(`"event_id":${event_id}`)), 3_000)
  leave()
  await live.stop()
})

test('a slow reader gets the present state when it has read the rest, and delays no other', async () => {
  const guest = await aUser(booking.deps)
  const event_id = await anEvent(booking.deps)
  const sent: { event: string; json: string }[][] = []
  let isDrained = true
  const live = createLive(booking.deps)
  const slow = {
    user_id: guest.id,
    token: guest.token,
    event_id: undefined,
    lastId: undefined,
    isDrained: () => isDrained,
    send: (...piece: (typeof sent)[number]) => void sent.push(piece),
    end: () => {},
    onEnd: (listener: () => void) => void leave.push(listener),
  }
  const leave: (() => void)[] = []
  const quick: typeof sent = []
  await live.subscribe(() => slow)
  await live.subscribe(() => ({ ...slow, isDrained: () => true, send: (...piece) => void quick.push(piece) }))
  isDrained = false
  const counts = (pieces: typeof sent) =>
    pieces
      .flat()
      .map(({ json }) => JSON.parse(json))
      .filter((data) => data.event_id === event_id && 'waiting' in data)
      .map((data) => data.current_participants)
  const id = await book(guest, event_id)
  await waitUntil(() => counts(quick).includes(1), 3_000)
  await cancel(guest, id)
  await waitUntil(() => counts(quick).at(-1) === 0, 3_000)
  assert.deepEqual(counts(sent), [])
  isDrained = true
  await waitUntil(() => counts(sent).length > 0, 3_000)
  await book(guest, event_id)
  await waitUntil(() => counts(sent).at(-1) === 1, 3_000)
  assert.deepEqual(counts(sent), [0, 1])
  for (const each of leave) each()
  await live.stop()
})

test('too many changes become one reload, except for subscribers of an event that is not among them', async () => {
  const organiser = await anOrganiser(booking.deps)
  const untouched = await anEvent(booking.deps)
  const [stream, ofOther] = [await listen(organiser), await listen(organiser, `?event_id=${untouched}`)]
  const start = new Date(booking.clock.now().getTime() + 48 * 3_600_000)
  const made = await booking.request('POST', '/api/events/', {
    token: organiser.token,
    body: {
      title: 'Every day',
      description: 'x'.repeat(300),
      event_type: 'session',
      start_datetime: start.toISOString(),
      end_datetime: new Date(start.getTime() + 1_800_000).toISOString(),
      max_participants: 5,
      price: 1,
      recurrence: 'FREQ=DAILY;COUNT=366',
    },
  })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const { id } = await stream.next('reload')
  assert.deepEqual(
    stream.heard.map(({ event }) => event),
    [],
  )
  const guest = await aUser(booking.deps)
  await book(guest, untouched)
  await stream.next('seats', ({ event_id }) => event_id === untouched)
  await ofOther.next('seats', ({ current_participants }) => current_participants === 1)
  assert.ok(![...stream.heard, ...ofOther.heard].some(({ event }) => event !== 'seats'))
  // A client that reconnects gets it too.
  const away = await listen(guest, '', id)
  await away.next('reload')
  for (const each of [stream, ofOther, away]) each.leave()
})

test('more than five hundred missed entries are not looked up: the client has to reload', async () => {
  const feed = createChangeFeed(booking.deps.db, booking.deps.caches.events)
  await feed.next()
  const { id } = await aUser(booking.deps)
  const event_id = await anEvent(booking.deps)
  await sql`
    insert into audit_log (at, action, subject, subject_id, details)
    select now(), 'booking.created', 'booking', 1, jsonb_build_object('event_id', ${event_id}::int)
    from generate_series(1, 3000)`.execute(booking.deps.db)
  const later = createChangeFeed(booking.deps.db, booking.deps.caches.events)
  await later.next()
  assert.equal(await later.since(later.horizon() - 501, id), undefined)
  const missed = await later.since(later.horizon() - 500, id)
  assert.deepEqual(
    missed?.map((change) => change.event_id),
    [event_id],
  )
})

test('one account has five streams, unless limits are off', async () => {
  const own = await startTestBooking({ env: { AUTH_RATE_LIMIT: 'on' } })
  await own.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = own.app.server.address() as AddressInfo
  const [greedy, modest] = [await aUser(own.deps), await aUser(own.deps)]
  const open = ({ token }: Person) =>
    listenTo(`http://127.0.0.1:${port}/api/events/stream`, { authorization: `Bearer ${token}` })
  const streams = [
    await open(greedy),
    await open(greedy),
    await open(greedy),
    await open(greedy),
    await open(greedy),
  ]
  const refused = await own.request('GET', '/api/events/stream', { token: greedy.token })
  assert.deepEqual([refused.status, refused.body.code], [429, 'too_many_streams'])
  assert.equal(refused.headers['retry-after'], '30')
  streams.push(await open(modest))
  assert.equal(streams.at(-1)?.status, 200)
  for (const stream of streams) stream.leave()
  await own.close()
})
