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

async function aListener(headers: Record<string, string> = {}) {
  const user = await aUser(booking.deps)
  const { id } = await aFacilitator(booking.deps, { user_id: user.id })
  const listener = await listenTo(`${url}/api/facilitators/${id}/crm/stream`, {
    authorization: `Bearer ${user.token}`,
    ...headers,
  })
  const [stream] = streams.slice(-1)
  assert.ok(stream)
  return { ...listener, user, facilitator_id: id, stream, say: (text: string) => stream.response.write(text) }
}

const received = (id: number) => `id: ${id}\nevent: booking.received\ndata: {"booking_id":${id}}\n\n`

test('events of the CRM are relayed unchanged, from the subscriber’s cursor on', async () => {
  const listener = await aListener({ 'last-event-id': '41' })
  assert.deepEqual([listener.status, listener.type], [200, 'text/event-stream; charset=utf-8'])
  const { url, headers } = listener.stream.request
  assert.equal(url, `/api/facilitators/${listener.facilitator_id}/stream`)
  assert.deepEqual(
    [headers['last-event-id'], headers.accept, headers.authorization],
    ['41', 'text/event-stream', `Bearer ${booking.deps.config.crmToken}`],
  )
  listener.say(
    `:\n\n${received(42)}id: 43\nevent: booking.status_changed\ndata: {"booking_id":42,\ndata: "notes":"é"}\n\n`,
  )
  listener.say('event: booking.cancelled\nid: 44\nda')
  listener.say('ta: {"booking_id":42}\r\n\r\n')
  await listener.untilHeard(3)
  listener.say('id: 50\n\n')
  await waitUntil(() => listener.lastId() === '50', 3_000)
  assert.deepEqual(listener.heard, [
    { event: 'booking.received', id: '42', data: { booking_id: 42 } },
    { event: 'booking.status_changed', id: '43', data: { booking_id: 42, notes: 'é' } },
    { event: 'booking.cancelled', id: '44', data: { booking_id: 42 } },
  ])
  listener.leave()
})

test('when the subscriber leaves, the stream of the CRM is closed', async () => {
  const listener = await aListener()
  listener.leave()
  await waitUntil(() => !listener.stream.isOpen, 3_000)
})

test('when the CRM closes its stream, the subscriber can reconnect', async () => {
  for (const end of [
    () => streams.at(-1)?.response.end(),
    () => streams.at(-1)?.request.socket.resetAndDestroy(),
  ]) {
    const listener = await aListener()
    end()
    await listener.untilOver()
  }
})

test('logging out ends the stream', async () => {
  const listener = await aListener()
  listener.say(received(1))
  await listener.untilHeard(1)
  await booking.request('POST', '/api/auth/logout', { token: listener.user.token })
  await waitUntil(() => {
    listener.say(received(2))
    return listener.isOver()
  }, 3_000)
  const heardMeanwhile = listener.heard.length
  assert.ok(heardMeanwhile >= 1)
  await waitUntil(() => !listener.stream.isOpen, 3_000)
})

test('the stream of a former facilitator ends within seconds, also without events', async () => {
  const listener = await aListener()
  await booking.deps.db
    .updateTable('facilitators')
    .set({ is_active: false })
    .where('id', '=', listener.facilitator_id)
    .execute()
  await listener.untilOver()
  assert.equal(listener.stream.isOpen, false)
})

test('events that are not JSON are left out, and endless ones are not buffered', async () => {
  const listener = await aListener()
  listener.say(`data: not json\n\n${received(1)}`)
  await listener.untilHeard(1)
  listener.say(`data: ${'x'.repeat(70_000)}`)
  await listener.untilOver()
  assert.deepEqual(
    listener.heard.map(({ id }) => id),
    ['1'],
  )
})

test('a slow reader gets everything, and meanwhile nothing is buffered', async () => {
  const listener = await aListener()
  listener.response.pause()
  const notes = 'x'.repeat(50_000)
  const { response } = listener.stream
  for (let id = 1; id <= 300; id++)
    response.write(`id: ${id}\nevent: booking.received\ndata: {"notes":"${notes}"}\n\n`)
  // Back-pressure reaches the CRM.
  await sleep(500)
  assert.ok(response.writableLength > 0)
  listener.response.resume()
  await listener.untilHeard(300, 10_000)
  assert.deepEqual([listener.heard.at(-1)?.id, listener.isOver()], ['300', false])
  listener.leave()
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
  const listener = await listenTo(`${at}/api/facilitators/${id}/crm/stream`, {
    authorization: `Bearer ${user.token}`,
  })
  const [stream] = streams.slice(-1)
  const startedAt = performance.now()
  await own.app.close()
  assert.ok(performance.now() - startedAt < 2_000)
  await listener.untilOver()
  await waitUntil(() => stream?.isOpen === false, 3_000)
})
