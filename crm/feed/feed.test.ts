import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { buildApp } from '#crm/app.ts'
import { importBackup } from '#crm/backup/backup-import.ts'
import { closeDeps, createDeps } from '#crm/deps.ts'
import { insertNew, toRow } from '#crm/notifications/notification.store.ts'
import { startWorker } from '#crm/worker.ts'
import { startTestCrm, type TestCrm, TEST_CRM_TOKEN as token } from '#harness/apps/test-crm.ts'
import { requester, type TestRequest } from '#harness/apps/test-request.ts'
import { listenTo } from '#harness/clients/event-listener.ts'
import { aNotification } from '#harness/data/notification.factory.ts'
import { untilSomebodyWaits } from '#harness/faults/lock-waiters.ts'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'
import { startService } from '#harness/world/service-process.ts'
import type { BookingNotification } from '#shared/contracts/booking-notification.schema.ts'

let crm: TestCrm
let url: string
/** Another instance on the same database. */
let other: TestRequest
let closeOther = async () => {}
const clients: { leave(): void }[] = []
let facilitators = 0

before(async () => {
  crm = await startTestCrm()
  url = await crm.app.listen({ host: '127.0.0.1', port: 0 })
  const { config, log, clock, pool } = crm.deps
  const deps = createDeps(config, { url: String(pool.options.connectionString) }, log, { clock })
  const app = await buildApp(deps)
  other = requester(app)
  closeOther = async () => {
    await app.close()
    await closeDeps(deps)
  }
})
after(async () => {
  for (const client of clients) client.leave()
  await closeOther()
  await crm.close()
})

// biome-ignore lint/suspicious/noExplicitAny: a test looks into data of every shape, and asserts what it finds.
type Heard = { id: number; event: string | undefined; data: any }

async function listen(facilitator: number, lastEventId?: number | string, query = '') {
  const client = await listenTo(`${url}/api/facilitators/${facilitator}/stream${query}`, {
    authorization: `Bearer ${token}`,
    ...(lastEventId !== undefined && { 'last-event-id': String(lastEventId) }),
  })
  const events = () => client.heard.map((each) => ({ ...each, id: Number(each.id) }) as Heard)
  const listener = {
    ...client,
    events,
    async hear(count: number, maxMs?: number) {
      await client.untilHeard(count, maxMs)
      return events()
    },
  }
  clients.push(listener)
  return listener
}

async function notify(rest: Partial<BookingNotification>, request = crm.request) {
  const body = aNotification(rest)
  assert.equal((await request('POST', '/api/notify', { token, body })).status, 200)
  return body
}

const told = (events: Heard[]) => events.map(({ event, data }) => [event, data.booking?.booking_id])

test('a booking, its cancellation and changes of its status are heard', async () => {
  const facilitator_id = ++facilitators
  const client = await listen(facilitator_id)
  assert.equal(client.status, 200)
  assert.equal(client.type, 'text/event-stream; charset=utf-8')
  await notify({ facilitator_id: 999 })
  const sent = await notify({ facilitator_id })
  const { booking_id } = sent
  const [received] = await client.hear(1)
  const shown = await crm.request('GET', `/api/bookings/${booking_id}`, { token })
  const happened_at = crm.clock.now().toISOString().slice(0, 19)
  assert.deepEqual(received, {
    id: received?.id,
    event: 'booking.received',
    data: { booking: shown.body.booking, happened_at },
  })
  const status = { crm_status: 'contacted', notes: 'Called', author: 'Jane' }
  await crm.request('PUT', `/api/bookings/${booking_id}/status`, { token, body: status })
  const [, changed] = await client.hear(2)
  const { body } = await crm.request('GET', `/api/bookings/${booking_id}/history`, { token })
  assert.deepEqual(changed, {
    id: (received?.id ?? 0) + 1,
    event: 'booking.status_changed',
    data: {
      booking: { ...shown.body.booking, crm_status: 'contacted' },
      happened_at,
      change: body.history[0],
    },
  })
  await notify({ ...sent, status: 'cancelled' })
  await notify({ ...sent, status: 'cancelled' })
  await notify({ ...sent })
  const [, , cancelled] = await client.hear(3)
  assert.deepEqual([cancelled?.event, cancelled?.data.booking.status], ['booking.cancelled', 'cancelled'])
  await notify({ facilitator_id, status: 'cancelled' })
  const [, , , bornCancelled] = await client.hear(4)
  assert.deepEqual(
    [bornCancelled?.event, bornCancelled?.data.booking.status],
    ['booking.received', 'cancelled'],
  )
  await crm.request('PUT', `/api/bookings/${booking_id}/status`, { token, body: { crm_status: 'completed' } })
  const [, , , , changedLater] = await client.hear(5)
  assert.deepEqual(
    [changedLater?.event, changedLater?.data.booking.status],
    ['booking.status_changed', 'cancelled'],
  )
  assert.equal(Number(client.lastId()), client.events().at(-1)?.id)
})

test('a client that reconnects receives exactly what it missed, and then new events', async () => {
  const facilitator_id = ++facilitators
  const first = await listen(facilitator_id)
  const { booking_id: heard } = await notify({ facilitator_id })
  await first.hear(1)
  first.leave()
  const missed = [await notify({ facilitator_id }), await notify({ facilitator_id }, other)]
  await crm.request('PUT', `/api/bookings/${heard}/status`, { token, body: { crm_status: 'reviewed' } })
  const again = await listen(facilitator_id, first.lastId())
  await again.hear(3)
  const later = await notify({ facilitator_id })
  const expected = [
    ...missed.map(({ booking_id }) => ['booking.received', booking_id]),
    ['booking.status_changed', heard],
    ['booking.received', later.booking_id],
  ]
  assert.deepEqual(told(await again.hear(4)), expected)
  // Those who cannot set a header; and where there are both, the header is what the browser heard last.
  const byQuery = await listen(facilitator_id, undefined, `?last_event_id=${first.lastId()}`)
  assert.deepEqual(told(await byQuery.hear(4)), expected)
  const byBoth = await listen(facilitator_id, again.lastId(), `?last_event_id=${first.lastId()}`)
  const last = await notify({ facilitator_id })
  assert.deepEqual(told(await byBoth.hear(1)), [['booking.received', last.booking_id]])
})

test('who has heard nothing yet misses nothing either', async () => {
  const facilitator_id = ++facilitators
  await notify({ facilitator_id })
  const first = await listen(facilitator_id)
  await waitUntil(() => first.lastId() !== undefined, 2_000)
  first.leave()
  const { booking_id } = await notify({ facilitator_id })
  const again = await listen(facilitator_id, first.lastId())
  assert.deepEqual(told(await again.hear(1)), [['booking.received', booking_id]])
})

test('what another instance stores is heard too', async () => {
  const facilitator_id = ++facilitators
  const client = await listen(facilitator_id)
  for (let n = 1; n <= 3; n++) {
    const { booking_id } = await notify({ facilitator_id }, other)
    const heard = await client.hear(n)
    assert.deepEqual(told(heard.slice(-1)), [['booking.received', booking_id]])
  }
})

test('what is committed later comes later, also when it began earlier', async () => {
  const facilitator_id = ++facilitators
  await notify({ facilitator_id })
  const client = await listen(facilitator_id)
  const early = aNotification({ facilitator_id })
  let isAnswered = false
  const late = await crm.deps.db.transaction().execute(async (trx) => {
    await insertNew(trx, [toRow(early, crm.clock.now())])
    const answer = notify({ facilitator_id }, other).then((body) => {
      isAnswered = true
      return body
    })
    await untilSomebodyWaits(crm.deps.db)
    assert.equal(isAnswered, false, 'positions of one facilitator are given one transaction at a time')
    return { answer }
  })
  const { booking_id } = await late.answer
  assert.deepEqual(told(await client.hear(2)), [
    ['booking.received', early.booking_id],
    ['booking.received', booking_id],
  ])
  await crm.deps.db
    .transaction()
    .execute(async (trx) => {
      await insertNew(trx, [toRow(aNotification({ facilitator_id }), crm.clock.now())])
      throw new Error('rolled back')
    })
    .catch(() => {})
  const last = await notify({ facilitator_id })
  const [, , third] = await client.hear(3)
  assert.deepEqual(
    [third?.data.booking.booking_id, third?.id],
    [last.booking_id, (client.events()[1]?.id ?? 0) + 1],
  )
})

test('however many write and however often the line is cut, each event is heard once and in order', async () => {
  const property = fc.asyncProperty(
    fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 3, maxLength: 10 }),
    fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 4 }),
    async (batches, pauses) => {
      const facilitator_id = ++facilitators
      let client = await listen(facilitator_id)
      await waitUntil(() => client.lastId() !== undefined, 2_000)
      const heard: Heard[] = []
      const writing = Promise.all(
        batches.map(async (size, i) => {
          await sleep(i * 30)
          const notifications = Array.from({ length: size }, () => aNotification({ facilitator_id }))
          const request = i % 2 ? crm.request : other
          await request('POST', '/api/notify/batch', { token, body: { notifications } })
        }),
      )
      for (const pause of pauses) {
        await sleep(pause)
        client.leave()
        heard.push(...client.events())
        client = await listen(facilitator_id, client.lastId())
      }
      await writing
      const all = batches.reduce((sum, size) => sum + size, 0)
      await client.hear(all - heard.length)
      await sleep(100)
      heard.push(...client.events())
      client.leave()
      assert.equal(heard.length, all)
      assert.equal(new Set(heard.map(({ data }) => data.booking.booking_id)).size, all)
      for (const [i, { id }] of heard.entries()) assert.equal(id, (heard[0]?.id ?? 0) + i)
    },
  )
  await fc.assert(property, { numRuns: 6 })
})

test('an id that is not kept any more, or never was, is answered by a reset', async () => {
  const facilitator_id = ++facilitators
  const sent = [await notify({ facilitator_id }), await notify({ facilitator_id })]
  const first = await listen(facilitator_id, undefined, '?last_event_id=1')
  const [reset] = await first.hear(1)
  assert.equal(reset?.event, 'stream.reset')
  assert.match(reset?.data.message, /^Some events are no longer kept: read the lists/)
  const { booking_id } = await notify({ facilitator_id })
  assert.deepEqual(told(await first.hear(2)).slice(1), [['booking.received', booking_id]])

  const ids = first.events().map(({ id }) => id)
  crm.clock.advance(47 * 3_600)
  const kept = await notify({ facilitator_id })
  crm.clock.advance(3_600 + 1)
  const worker = startWorker(crm.deps)
  const countKept = async () =>
    (
      await crm.deps.db
        .selectFrom('feed')
        .select('position')
        .where('facilitator_id', '=', facilitator_id)
        .execute()
    ).length
  await waitUntil(async () => (await countKept()) === 1, 5_000)
  await worker.stop()
  const tooLate = await listen(facilitator_id, ids[0])
  assert.equal((await tooLate.hear(1))[0]?.event, 'stream.reset')
  assert.equal(Number(tooLate.lastId()), (ids[1] ?? 0) + 1)
  const inTime = await listen(facilitator_id, ids[1])
  assert.deepEqual(told(await inTime.hear(1)), [['booking.received', kept.booking_id]])
  const future = await listen(facilitator_id, Number.MAX_SAFE_INTEGER)
  assert.equal((await future.hear(1))[0]?.event, 'stream.reset')
  assert.equal(sent.length, 2)
})

test('one of whom nothing was heard can be listened to, and is not written down for that', async () => {
  const facilitator_id = 12_345
  const isKnown = async () =>
    (await crm.deps.db.selectFrom('facilitator_statistics').select('facilitator_id').execute()).some(
      (row) => row.facilitator_id === facilitator_id,
    )
  const client = await listen(facilitator_id)
  const early = await listen(facilitator_id)
  await waitUntil(() => early.lastId() !== undefined, 2_000)
  early.leave()
  const still = await listen(facilitator_id, early.lastId())
  await waitUntil(() => still.lastId() !== undefined, 2_000)
  still.leave()
  assert.deepEqual([still.events(), await isKnown()], [[], false])
  const { booking_id } = await notify({ facilitator_id })
  assert.deepEqual(told(await client.hear(1)), [['booking.received', booking_id]])
  const back = await listen(facilitator_id, still.lastId())
  assert.deepEqual(told(await back.hear(1)), [['booking.received', booking_id]])
  const lost = await listen(facilitator_id, Number(still.lastId()) - 48 * 3_600_000 * 10)
  assert.equal((await lost.hear(1))[0]?.event, 'stream.reset')
  const never = await listen(54_321, 5)
  assert.equal((await never.hear(1))[0]?.event, 'stream.reset')
})

test('much that was missed comes piece by piece, and holds up nobody', async () => {
  const [busy, quiet] = [++facilitators, ++facilitators]
  const first = await listen(busy)
  await waitUntil(() => first.lastId() !== undefined, 2_000)
  first.leave()
  const notes = 'x'.repeat(1_900)
  for (let n = 0; n < 3; n++) {
    const notifications = Array.from({ length: 100 }, () => aNotification({ facilitator_id: busy, notes }))
    await crm.request('POST', '/api/notify/batch', { token, body: { notifications } })
  }
  const [again, other] = [await listen(busy, first.lastId()), await listen(quiet)]
  await notify({ facilitator_id: quiet })
  await other.hear(1)
  const heard = await again.hear(300, 10_000)
  assert.deepEqual(
    heard.map(({ id }) => id),
    heard.map((_, i) => (heard[0]?.id ?? 0) + i),
  )
  assert.equal(again.isOver(), false)
})

test('bookings that are imported are no news', async () => {
  const own = await startTestCrm()
  writeFileSync(own.deps.config.backupFile, JSON.stringify({ bookings: [{ ...aNotification(), id: 1 }] }))
  await importBackup(own.deps)
  assert.equal((await own.request('GET', '/health')).body.notifications_received, 1)
  assert.deepEqual(await own.deps.db.selectFrom('feed').selectAll().execute(), [])
  await own.close()
})

test('the stream is for those with the token, of ids that can be, behind ids that can be', async () => {
  const path = '/api/facilitators/1/stream'
  assert.equal((await crm.request('GET', path)).status, 401)
  for (const id of ['0', 'x', '1.5', '2147483648']) {
    assert.equal((await crm.request('GET', path.replace('1', id), { token })).status, 404)
  }
  for (const id of ['x', '-1', '1.5', '99999999999999999']) {
    const byQuery = await crm.request('GET', `${path}?last_event_id=${id}`, { token })
    assert.deepEqual([byQuery.status, byQuery.body.details[0].field], [400, 'last_event_id'])
    // A browser cannot know better: it says what it has heard, from whatever server it was.
    const byHeader = await listen(1, id)
    assert.equal((await byHeader.hear(1))[0]?.event, 'stream.reset')
  }
  assert.equal((await crm.request('HEAD', path, { token })).status, 405)
  assert.equal((await crm.request('GET', path, { token, headers: { 'last-event-id': '' } })).status, 200)
})

test('a stop ends the streams at once, and the next start goes on where they were', async () => {
  const service = await startService('crm', { CRM_BEARER_TOKEN: token, LOG_LEVEL: 'warn' })
  const client = await listenTo(`${service.url}/api/facilitators/1/stream`, {
    authorization: `Bearer ${token}`,
  })
  const body = JSON.stringify(aNotification({ facilitator_id: 1 }))
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  await fetch(`${service.url}/api/notify`, { method: 'POST', headers, body })
  await client.untilHeard(1)
  const beganAt = performance.now()
  await service.stop()
  assert.ok(performance.now() - beganAt < 5_000)
  await client.untilOver()
  assert.equal(service.output(), '')
})
