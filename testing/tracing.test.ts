import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { ask } from '#harness/clients/ask.ts'
import { type CollectedSpan, startSpanCollector } from '#harness/clients/span-collector.ts'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'
import { type ServiceProcess, startService } from '#harness/world/service-process.ts'

const [SERVER, CLIENT] = [2, 3]
const SECRET_NOTE = 'a note that is nobody else’s business'

let collector: Awaited<ReturnType<typeof startSpanCollector>>
let crm: ServiceProcess
let booking: ServiceProcess
let token: string
let event_id: number

before(async () => {
  collector = await startSpanCollector()
  crm = await startService('crm', collector.env)
  booking = await startService('booking', { ...collector.env, CRM_SERVICE_URL: crm.url, DEMO_DATA: 'on' })
  const body = {
    email: `${randomUUID()}@example.com`,
    password: 'securepassword123',
    first_name: 'A',
    last_name: 'B',
  }
  await askApi('POST', '/api/auth/register', { body })
  token = (await askApi('POST', '/api/auth/login', { body })).body.access_token
  const { events } = (await askApi('GET', '/api/events/')).body
  event_id = events.find(({ is_full }: { is_full: boolean }) => !is_full).id
})
after(async () => {
  await Promise.all([booking?.stop(), crm?.stop()])
  await collector.close()
})

const askApi = (
  method: string,
  path: string,
  options: { body?: unknown; headers?: Record<string, string> } = {},
) => ask(method, booking.url + path, { token, ...options })

const aTraceParent = () => {
  const traceId = randomUUID().replaceAll('-', '')
  return { traceId, traceparent: `00-${traceId}-00f067aa0ba902b7-01` }
}

const ofTrace = (traceId: string) => collector.spans.filter((span) => span.traceId === traceId)
const find = (spans: CollectedSpan[], service: string, kind: number, name: RegExp) =>
  spans.find((span) => span.service === service && span.kind === kind && name.test(span.name))

test('a booking is one trace through both services: requests, statements and the call between them', async () => {
  const { traceId, traceparent } = aTraceParent()
  const body = { event_id, notes: SECRET_NOTE }
  const { status } = await askApi('POST', '/api/bookings/', { body, headers: { traceparent } })
  assert.equal(status, 201)
  const isComplete = () =>
    find(ofTrace(traceId), 'stillpoint-crm', SERVER, /notify/) &&
    find(ofTrace(traceId), 'stillpoint-booking', SERVER, /bookings/)
  await waitUntil(isComplete, 10_000)
  const spans = ofTrace(traceId)
  const server = find(spans, 'stillpoint-booking', SERVER, /^POST \/api\/bookings\/$/)
  assert.ok(server)
  assert.equal(server.parentSpanId, '00f067aa0ba902b7')
  assert.equal(server.attributes['http.response.status_code'], 201)
  const seats = find(spans, 'stillpoint-booking', CLIENT, /^WITH/)
  assert.equal(seats?.parentSpanId, server.spanId)
  assert.equal(seats?.attributes['db.system.name'], 'postgresql')
  const call = find(spans, 'stillpoint-booking', CLIENT, /^POST$/)
  assert.equal(call?.parentSpanId, server.spanId)
  const heard = find(spans, 'stillpoint-crm', SERVER, /^POST \/api\/notify$/)
  assert.equal(heard?.parentSpanId, call?.spanId)
  assert.ok(
    spans.some(({ service, parentSpanId }) => service === 'stillpoint-crm' && parentSpanId === heard?.spanId),
  )
})

test('what is delivered later still belongs to the trace of the request that caused it', async () => {
  const client = new pg.Client({ connectionString: booking.database.url })
  await client.connect()
  const { traceId, traceparent } = aTraceParent()
  // As if an instance had died between its commit and its call.
  await client.query(
    `insert into outbox (topic, booking_id, next_attempt_at, request_id, trace_parent)
     select 'booking.created', id, now(), 'left-behind', $1 from bookings limit 1`,
    [traceparent],
  )
  await client.end()
  const call = () => find(ofTrace(traceId), 'stillpoint-booking', CLIENT, /^POST$/)
  // Each service sends its spans when it likes.
  await waitUntil(() => call() && find(ofTrace(traceId), 'stillpoint-crm', SERVER, /notify/), 10_000)
  assert.equal(call()?.parentSpanId, '00f067aa0ba902b7')
})

/** Without an online event: the same for everybody. */
const READY = '/api/events/?type=retreat'

test('an event page that lies ready is traced too, and a header that is none does no harm', async () => {
  for (let i = 0; i < 3; i++) await askApi('GET', READY, { headers: { traceparent: '00-nonsense' } })
  const { traceId, traceparent } = aTraceParent()
  await askApi('GET', READY, { headers: { traceparent } })
  await waitUntil(() => ofTrace(traceId).length > 0, 10_000)
  assert.equal(ofTrace(traceId)[0]?.attributes['http.route'], '/api/events/')
})

test('a failure is marked as one', async () => {
  const { traceId, traceparent } = aTraceParent()
  const answer = await askApi('POST', '/api/auth/google-login', {
    body: { token: 'x' },
    headers: { traceparent },
  })
  assert.equal(answer.status, 503)
  await waitUntil(() => ofTrace(traceId).length > 0, 10_000)
  const [span] = ofTrace(traceId)
  assert.deepEqual([span?.isFailed, span?.attributes['error.type']], [true, '503'])
})

test('no span has a value that somebody sent', () => {
  const text = JSON.stringify(collector.spans)
  assert.ok(collector.spans.length >= 20)
  for (const secret of [SECRET_NOTE, token, 'securepassword123', '@example.com'])
    assert.ok(!text.includes(secret))
})

test('nothing is sent, and the library not even loaded, unless it is asked for', async () => {
  await import('#booking/app.ts')
  const loaded = Object.keys(createRequire(import.meta.url).cache)
  assert.ok(loaded.some((path) => path.includes('node_modules/pg/')))
  assert.ok(!loaded.some((path) => path.includes('@opentelemetry/sdk-')))

  const countSent = async (env: Record<string, string>) => {
    const before = collector.spans.length
    const other = await startService('crm', env)
    // What waits is sent when it stops.
    await other.stop()
    return collector.spans.length - before
  }
  assert.equal(await countSent({ ...collector.env, OTEL_SDK_DISABLED: 'true' }), 0)
  assert.equal(await countSent({ ...collector.env, OTEL_TRACES_EXPORTER: 'none' }), 0)
  assert.ok((await countSent(collector.env)) > 0)
})
