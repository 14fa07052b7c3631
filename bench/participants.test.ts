import assert from 'node:assert/strict'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import jwt from 'jsonwebtoken'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { createTestDatabase, type TestDatabase } from '#harness/apps/test-database.ts'
import { ask } from '#harness/clients/ask.ts'
import { startStub } from '#harness/clients/stub-server.ts'
import { aFacilitator, anEvent, aUser } from '#harness/data/factories.ts'
import { startBareServer } from './bare/bare-server.ts'
import { record } from './bare/recorded.ts'
import { startLoader } from './load/loader.ts'
import { getRequest } from './load/traffic.ts'
import { createApp } from './peers/express/app.ts'
import { connect } from './peers/express/models.ts'
import { copyRows } from './peers/express/peer.ts'
import { openSqlBooker } from './sql/sql-booker.ts'

/** Each participant has to do what it is measured for. */

let booking: TestBooking
let database: TestDatabase
const SECRET = 'a-secret-of-the-peer-with-more-than-32-bytes'

before(async () => {
  booking = await startTestBooking()
  database = await createTestDatabase('booking')
})

after(async () => {
  await booking.close()
  await database.drop()
})

test('the peer answers as ours does', async () => {
  const crm = await startCrm()
  const ann = await aUser(booking.deps, { phone: '+1234567890' })
  const facilitator_id = (await aFacilitator(booking.deps)).id
  const [first] = [await anEvent(booking.deps, { facilitator_id }), await anEvent(booking.deps)]
  await booking.request('POST', '/api/bookings/', { token: ann.token, body: { event_id: first } })
  const third = await anEvent(booking.deps, { facilitator_id })

  const models = connect(database.url)
  await copyRows(booking.deps.databases.pool.options.connectionString ?? '', models)
  const config = { jwtSecret: SECRET, crmUrl: crm.url, crmToken: 'token' }
  const server = createApp(models, config).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`
  const token = jwt.sign({}, SECRET, { subject: String(ann.id) })
  const askPeer = (method: string, path: string, body?: object) => ask(method, url + path, { token, body })
  try {
    for (const path of ['/api/events/', '/api/events/?per_page=1&page=2', '/api/bookings/']) {
      const ours = await booking.request('GET', path, { token: ann.token })
      const theirs = await askPeer('GET', path)
      assert.equal(theirs.status, ours.status)
      // What ours has added to the published contract is not asked of the peer.
      assert.partialDeepStrictEqual(ours.body, theirs.body, path)
    }
    const theirs = await askPeer('POST', '/api/bookings/', { event_id: third })
    const ours = await booking.request('POST', '/api/bookings/', {
      token: ann.token,
      body: { event_id: third },
    })
    assert.equal(theirs.status, ours.status)
    assert.partialDeepStrictEqual(withoutIdAndTimes(ours.body), withoutIdAndTimes(theirs.body))
    const received = { ...booking.crm.received.at(-1), ...ownOf(crm.received[0]) }
    assert.partialDeepStrictEqual(received, crm.received[0])
    assert.equal((await askPeer('POST', '/api/bookings/', { event_id: third })).status, 409)
    assert.equal((await fetch(`${url}/api/events/`)).status, 401)
  } finally {
    server.close()
    server.closeAllConnections()
    await models.sequelize.close()
    await crm.close()
  }
})

test('the bare server sends the same bytes, and the client notices any other status', async () => {
  const crm = await startCrm()
  const bare = await startBareServer()
  const loader = startLoader()
  try {
    const recorded = await record(crm.url, '/api/notify')
    await bare.imitate(recorded)
    await assert.rejects(bare.imitate({ ...recorded, all: [...recorded.all, 'X-Other: 1'] }))
    const run = async (path: string) => {
      await loader.prepare(path, { kind: 'requests', requests: [getRequest(path, 'token')] })
      const round = { traffic: path, url: bare.url, connections: 4, seconds: 0.2 }
      return loader.run({ ...round, expect: { status: 200, text: 'notification_id' } })
    }
    const good = await run('/api/notify')
    assert.ok(good.count > 0)
    assert.deepEqual([good.withText, good.unexpected], [good.count, 0])
    const bad = await run('/elsewhere')
    assert.equal(bad.count, 0)
    assert.match(bad.samples[0] ?? '', /^404 /)
  } finally {
    await Promise.all([bare.stop(), loader.stop(), crm.close()])
  }
})

test('plain SQL writes the rows that ours writes', async (t) => {
  const { deps } = booking
  const url = deps.databases.pool.options.connectionString ?? ''
  if (!new URL(url).searchParams.has('host'))
    return t.skip('its client speaks to a socket only: run it on the embedded PostgreSQL')
  const people = await Promise.all([1, 2, 3].map(async () => (await aUser(deps)).id))
  const event = await anEvent(deps, { max_participants: 2 })
  const booker = await openSqlBooker({ url, connections: 1, people, events: [event], order: 'hot', from: 0 })
  // Everybody is dealt one seat, of which there are two; then there is nobody left.
  await assert.rejects(booker.run(5), /seed more/)
  await booker.close()
  const { rows } = await deps.databases.pool.query(
    `select current_participants, revision, count(bookings.id)::int as bookings, count(outbox.id)::int as messages
     from events join bookings on event_id = events.id left join outbox on booking_id = bookings.id
     where events.id = $1 group by events.id`,
    [event],
  )
  assert.deepEqual(rows, [{ current_participants: 2, revision: 2, bookings: 2, messages: 2 }])
})

async function startCrm() {
  const received: Record<string, unknown>[] = []
  const stub = await startStub(async (request, response) => {
    const sent = await text(request)
    if (sent) received.push(JSON.parse(sent))
    const body = JSON.stringify({ message: 'received', notification_id: 1, status: 'success' })
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length }).end(body)
  })
  stub.server.keepAliveTimeout = 65_000
  return { ...stub, received }
}

/** Each service gives its own. */
function ownOf({ booking_id, booking_date }: Record<string, unknown> = {}) {
  return { booking_id, booking_date }
}

function withoutIdAndTimes(body: unknown) {
  const { booking, ...rest } = body as { booking: Record<string, unknown> }
  const { id: _id, booking_date: _date, created_at: _at, ...kept } = booking
  return { ...rest, booking: kept }
}
