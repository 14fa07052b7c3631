import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import readXlsx from 'read-excel-file/node'
import type { TestBooking } from '#harness/apps/test-booking.ts'
import type { TestCrm } from '#harness/apps/test-crm.ts'
import { startTestPair } from '#harness/apps/test-pair.ts'
import { listenTo } from '#harness/clients/event-listener.ts'
import { aFacilitator, anEvent, aUser } from '#harness/data/factories.ts'

/** A facilitator at work, with both services: what the Main API shows of the CRM is what the CRM says. */

let pair: Awaited<ReturnType<typeof startTestPair>>
let booking: TestBooking
let crm: TestCrm
let url: string

before(async () => {
  pair = await startTestPair()
  ;({ booking, crm } = pair)
  url = await booking.app.listen({ host: '127.0.0.1', port: 0 })
})
after(() => pair.close())

async function aLeader() {
  const user = await aUser(booking.deps, { first_name: 'Lea', last_name: 'Der' })
  const { id } = await aFacilitator(booking.deps, { user_id: user.id })
  const ask = (path: string, method: 'GET' | 'PUT' = 'GET', body?: object) =>
    booking.request(method, `/api/facilitators/${id}/${path}`, { token: user.token, body })
  return { ...user, facilitator_id: id, ask }
}

async function book(event_id: number, first_name = 'Ann'): Promise<number> {
  const { token } = await aUser(booking.deps, { first_name })
  const { body } = await booking.request('POST', '/api/bookings/', { token, body: { event_id } })
  assert.equal(body.crm_notified, true)
  return body.booking.id
}

test('the dashboard counts what was booked, day by day, beside the events to come', async () => {
  const { facilitator_id, ask } = await aLeader()
  const event_id = await anEvent(booking.deps, { facilitator_id, max_participants: 4 })
  for (let i = 0; i < 3; i++) await book(event_id)
  const { status, body } = await ask('dashboard')
  assert.equal(status, 200)
  assert.deepEqual([body.summary.total_bookings, body.summary.unique_users], [3, 3])
  assert.equal(body.popular_events[0].event_id, event_id)
  assert.equal(body.recent_bookings.length, 3)
  assert.equal(body.booking_trends.daily.length, 30)
  assert.equal(body.booking_trends.daily.at(-1).bookings, 3)
  assert.deepEqual([body.upcoming[0].id, body.upcoming[0].fill_rate], [event_id, 0.75])
})

test('one who has not led anything has a dashboard too', async () => {
  const { ask } = await aLeader()
  const { status, body } = await ask('dashboard')
  assert.deepEqual([status, body.summary.total_bookings, body.upcoming], [200, 0, []])
})

test('the list is searched, filtered, paged and had as a file, each facilitator their own', async () => {
  const [leader, other] = [await aLeader(), await aLeader()]
  // Begins on the next day in UTC.
  const event_id = await anEvent(booking.deps, {
    facilitator_id: leader.facilitator_id,
    timezone: 'America/New_York',
    start_datetime: new Date('2091-12-02T00:30:00Z'),
    end_datetime: new Date('2091-12-02T01:30:00Z'),
  })
  const ids = [await book(event_id, 'Zoë'), await book(event_id, 'Max'), await book(event_id, 'Zora')]
  const foreign = await book(await anEvent(booking.deps, { facilitator_id: other.facilitator_id }), 'Zoë')
  const list = async (query: string) =>
    (await leader.ask(`crm/bookings?${query}`)).body.bookings.map(
      (each: { booking_id: number }) => each.booking_id,
    )
  assert.deepEqual(await list(''), ids.toReversed())
  assert.deepEqual(await list('search=zo'), [ids[2], ids[0]])
  assert.deepEqual(await list('search=zo&page=2&per_page=1'), [ids[0]])
  assert.deepEqual(await list('crm_status=completed'), [])
  assert.deepEqual(await list('from=2199-01-01'), [])
  assert.deepEqual(await list('event_type=SESSION&to=2199-01-01T00:00:00'), ids.toReversed())
  const file = await leader.ask('crm/bookings?format=csv&search=zo')
  assert.equal(file.headers['content-type'], 'text/csv; charset=utf-8')
  assert.match(
    String(file.headers['content-disposition']),
    /^attachment; filename="bookings-of-facilitator-\d+\.csv"$/,
  )
  assert.equal(file.body.trim().split(/\r?\n/).length, 3)
  assert.ok(file.body.startsWith('\uFEFFid,booking_id,'))
  assert.ok(file.body.includes('Zoë'))
  assert.equal(file.body.split(',2091-12-01 19:30,America/New_York\r\n').length, 3)
  const bySemicolon = await leader.ask('crm/bookings?format=csv&search=zo&sep=;')
  assert.ok(bySemicolon.body.startsWith('\uFEFFid;booking_id;'))
  const workbook = await booking.app.inject({
    url: `/api/facilitators/${leader.facilitator_id}/crm/bookings?format=xlsx&search=zo`,
    headers: { authorization: `Bearer ${leader.token}` },
  })
  const [sheet] = await readXlsx(workbook.rawPayload)
  const [head, ...rows] = sheet?.data ?? []
  assert.deepEqual(
    rows.map((row) => ['Booking number', 'Event starts'].map((title) => row[head?.indexOf(title) ?? -1])),
    [
      [ids[2], '2091-12-01 19:30'],
      [ids[0], '2091-12-01 19:30'],
    ],
  )
  assert.equal((await leader.ask(`crm/bookings/${foreign}`)).status, 404)
})

test('who looks after a customer is the author of what they note', async () => {
  const { facilitator_id, ask } = await aLeader()
  const id = await book(await anEvent(booking.deps, { facilitator_id }))
  const updated = await ask(`crm/bookings/${id}/status`, 'PUT', {
    crm_status: 'contacted',
    notes: 'Will come',
  })
  assert.deepEqual(
    [updated.status, updated.body.old_status, updated.body.new_status],
    [200, 'new', 'contacted'],
  )
  assert.equal((await ask(`crm/bookings/${id}`)).body.booking.crm_status, 'contacted')
  const { body } = await ask(`crm/bookings/${id}/history`)
  const [{ author, notes, new_status }] = body.history
  assert.deepEqual(
    [author, notes, new_status, body.pagination.total],
    ['Lea Der', 'Will come', 'contacted', 1],
  )
})

test('a booking and what becomes of it are heard, by their own facilitator only', async () => {
  const [leader, other] = [await aLeader(), await aLeader()]
  const listen = ({ facilitator_id, token }: typeof leader, lastId?: string) =>
    listenTo(`${url}/api/facilitators/${facilitator_id}/crm/stream`, {
      authorization: `Bearer ${token}`,
      ...(lastId && { 'last-event-id': lastId }),
    })
  const [listener, stranger] = [await listen(leader), await listen(other)]
  const id = await book(await anEvent(booking.deps, { facilitator_id: leader.facilitator_id }))
  await listener.untilHeard(1)
  await leader.ask(`crm/bookings/${id}/status`, 'PUT', { crm_status: 'reviewed' })
  await listener.untilHeard(2)
  assert.deepEqual(
    listener.heard.map(({ event, data }) => [
      event,
      (data as { booking: { booking_id: number } }).booking.booking_id,
    ]),
    [
      ['booking.received', id],
      ['booking.status_changed', id],
    ],
  )
  const lastId = listener.heard[0]?.id
  listener.leave()
  const again = await listen(leader, lastId)
  await again.untilHeard(1)
  assert.equal(again.heard[0]?.event, 'booking.status_changed', 'what was missed comes after the break')
  assert.deepEqual(stranger.heard, [])
  again.leave()
  stranger.leave()
})

test('while the CRM is away it is a 503, and all is well when it is back', async () => {
  const { ask } = await aLeader()
  const { port } = new URL(booking.deps.config.crmUrl)
  await new Promise((resolve) => {
    crm.app.server.close(resolve)
    crm.app.server.closeAllConnections()
  })
  for (const path of ['dashboard', 'crm/bookings', 'crm/stream']) {
    const { status, headers } = await ask(path)
    assert.deepEqual([status, Number(headers['retry-after']) > 0], [503, true], path)
  }
  await new Promise<void>((resolve) => crm.app.server.listen(Number(port), '127.0.0.1', resolve))
  assert.equal((await ask('dashboard')).status, 200)
})
