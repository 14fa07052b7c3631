import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { listenTo } from '#harness/clients/event-listener.ts'
import { aFacilitator, aUser } from '#harness/data/factories.ts'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'

/** A fake CRM with streams written by the tests. */

let crm: Server
let booking: TestBooking
let url: string
const streams: { request: IncomingMessage; response: ServerResponse; isOpen: boolean }[] = []

before(async () => {
  crm = createServer((request, response) => {
    const stream = { request, response, isOpen: true }
    streams.push(stream)
    response.on('close', () => {
      stream.isOpen = false
    })
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('retry: 2000\n\n')
  })
  await new Promise<void>((resolve) => crm.listen(0, '127.0.0.1', resolve))
  const CRM_SERVICE_URL = `http://127.0.0.1:${(crm.address() as AddressInfo).port}`
  booking = await startTestBooking({ env: { CRM_SERVICE_URL } })
  url = await booking.app.listen({ host: '127.0.0.1', port: 0 })
})
beforeEach(() => {
  streams.length = 0
})
after(async () => {
  await booking.close()
  crm.closeAllConnections()
  crm.close()
})

async function aSubscriber(headers: Record<string, string> = {}) {
  const user = await aUser(booking.deps)
  const { id } = await aFacilitator(booking.deps, { user_id: user.id })
  const subscriber = await listenTo(`${url}/api/facilitators/${id}/crm/stream`, {
    authorization: `Bearer ${user.token}`,
    ...headers,
  })
  const [stream] = streams.slice(-1)
  assert.ok(stream)
  return {
    ...subscriber,
    user,
    facilitator_id: id,
    stream,
    say: (text: string) => stream.response.write(text),
  }
}

const received = (id: number) => `id: ${id}\nevent: booking.received\ndata: {"booking_id":${id}}\n\n`

test('events of the CRM are relayed unchanged, from the subscriber’s cursor on', async () => {
  const subscriber = await aSubscriber({ 'last-event-id': '41' })
  assert.deepEqual([subscriber.status, subscriber.type], [200, 'text/event-stream; charset=utf-8'])
  const { url, headers } = subscriber.stream.request
  assert.equal(url, `/api/facilitators/${subscriber.facilitator_id}/stream`)
  assert.deepEqual(
    [headers['last-event-id'], headers.accept, headers.authorization],
    ['41', 'text/event-stream', `Bearer ${booking.deps.config.crmToken}`],
  )
  subscriber.say(
    `:\n\n${received(42)}id: 43\nevent: booking.status_changed\ndata: {"booking_id":42,\ndata: "notes":"é"}\n\n`,
  )
  subscriber.say('event: booking.cancelled\nid: 44\nda')
  subscriber.say('ta: {"booking_id":42}\r\n\r\n')
  await subscriber.untilHeard(3)
  subscriber.say('id: 50\n\n')
  await waitUntil(() => subscriber.lastId() === '50', 3_000)
  assert.deepEqual(subscriber.heard, [
    { event: 'booking.received', id: '42', data: { booking_id: 42 } },
    { event: 'booking.status_changed', id: '43', data: { booking_id: 42, notes: 'é' } },
    { event: 'booking.cancelled', id: '44', data: { booking_id: 42 } },
  ])
  subscriber.leave()
})

test('when the subscriber leaves, the stream of the CRM is closed', async () => {
  const subscriber = await aSubscriber()
  subscriber.leave()
  await waitUntil(() => !subscriber.stream.isOpen, 3_000)
})

test('when the CRM closes its stream, the subscriber can reconnect', async () => {
  for (const end of [
    () => streams.at(-1)?.response.end(),
    () => streams.at(-1)?.request.socket.resetAndDestroy(),
  ]) {
    const subscriber = await aSubscriber()
    end()
    await subscriber.untilOver()
  }
})

test('logging out ends the stream', async () => {
  const subscriber = await aSubscriber()
  subscriber.say(received(1))
  await subscriber.untilHeard(1)
  await booking.request('POST', '/api/auth/logout', { token: subscriber.user.token })
  await waitUntil(() => {
    subscriber.say(received(2))
    return subscriber.isOver()
  }, 3_000)
  const heardMeanwhile = subscriber.heard.length
  assert.ok(heardMeanwhile >= 1)
  await waitUntil(() => !subscriber.stream.isOpen, 3_000)
})

test('the stream of a former facilitator ends within seconds, also without events', async () => {
  const subscriber = await aSubscriber()
  await booking.deps.db
    .updateTable('facilitators')
    .set({ is_active: false })
    .where('id', '=', subscriber.facilitator_id)
    .execute()
  await subscriber.untilOver()
  assert.equal(subscriber.stream.isOpen, false)
})

test('events that are not JSON are left out, and endless ones are not buffered', async () => {
  const subscriber = await aSubscriber()
  subscriber.say(`data: not json\n\n${received(1)}`)
  await subscriber.untilHeard(1)
  subscriber.say(`data: ${'x'.repeat(70_000)}`)
  await subscriber.untilOver()
  assert.deepEqual(
    subscriber.heard.map(({ id }) => id),
    ['1'],
  )
})

test('a slow reader gets everything, and meanwhile nothing is buffered', async () => {
  const subscriber = await aSubscriber()
  subscriber.response.pause()
  const notes = 'x'.repeat(50_000)
  const { response } = subscriber.stream
  for (let id = 1; id <= 300; id++)
    response.write(`id: ${id}\nevent: booking.received\ndata: {"notes":"${notes}"}\n\n`)
  // Back-pressure reaches the CRM.
  await sleep(500)
  assert.ok(response.writableLength > 0)
  subscriber.response.resume()
  await subscriber.untilHeard(300, 10_000)
  assert.deepEqual([subscriber.heard.at(-1)?.id, subscriber.isOver()], ['300', false])
  subscriber.leave()
})

test('an id that cannot be one is refused', async () => {
  const user = await aUser(booking.deps)
  const { id } = await aFacilitator(booking.deps, { user_id: user.id })
  const { status } = await booking.request('GET', `/api/facilitators/${id}/crm/stream`, {
    token: user.token,
    headers: { 'last-event-id': 'x'.repeat(101) },
  })
  assert.equal(status, 400)
  assert.deepEqual(streams, [])
})

test('a stop ends the streams at once', async () => {
  const own = await booking.startInstance()
  const at = await own.app.listen({ host: '127.0.0.1', port: 0 })
  const user = await aUser(booking.deps)
  const { id } = await aFacilitator(booking.deps, { user_id: user.id })
  const subscriber = await listenTo(`${at}/api/facilitators/${id}/crm/stream`, {
    authorization: `Bearer ${user.token}`,
  })
  const [stream] = streams.slice(-1)
  const startedAt = performance.now()
  await own.app.close()
  assert.ok(performance.now() - startedAt < 2_000)
  await subscriber.untilOver()
  await waitUntil(() => stream?.isOpen === false, 3_000)
})
