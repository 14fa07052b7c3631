import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ask } from '#harness/clients/ask.ts'
import { listenTo } from '#harness/clients/event-listener.ts'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'
import { type ServiceProcess, startService } from '#harness/world/service-process.ts'

const DRAIN_SECONDS = 2

const running: ServiceProcess[] = []
after(() => Promise.all(running.map((service) => service.stop())))

async function start(app: 'booking' | 'crm', env: Record<string, string>): Promise<ServiceProcess> {
  const service = await startService(app, { DRAIN_SECONDS: String(DRAIN_SECONDS), ...env })
  running.push(service)
  return service
}

/** Signals, and asks on new connections until nobody answers any more. */
async function stopUnderLoad(service: ServiceProcess, path: string, headers: Record<string, string>) {
  const look = (to: string) =>
    ask('GET', service.url + to, { headers: { ...headers, connection: 'close' } }).then(
      ({ status }) => status,
      () => 0,
    )
  assert.equal(await look('/ready'), 200)
  process.kill(service.pid(), 'SIGTERM')
  const signalledAt = performance.now()
  await waitUntil(async () => (await look('/ready')) === 503, 1_500)
  const notReadyMs = performance.now() - signalledAt
  const answers: { status: number; ms: number }[] = []
  while (service.isRunning()) {
    answers.push({ status: await look(path), ms: performance.now() - signalledAt })
    await sleep(20)
  }
  return { notReadyMs, answers, stoppedMs: performance.now() - signalledAt }
}

function judge({ notReadyMs, answers, stoppedMs }: Awaited<ReturnType<typeof stopUnderLoad>>): void {
  assert.ok(notReadyMs < 1_500, `not ready after ${notReadyMs} ms`)
  const early = answers.filter(({ ms }) => ms < DRAIN_SECONDS * 1_000 - 100)
  assert.ok(early.length > 5)
  assert.deepEqual(
    [...new Set(early.map(({ status }) => status))],
    [200],
    'it serves until it has been heard',
  )
  assert.ok(
    stoppedMs > DRAIN_SECONDS * 1_000 - 50 && stoppedMs < DRAIN_SECONDS * 1_000 + 6_000,
    `${stoppedMs} ms`,
  )
}

test('two processes of the Main API: not ready at once, and everything served until the time is over', async () => {
  const booking = await start('booking', { API_PROCESSES: '2', DEMO_DATA: 'on' })
  const body = { email: 'john.doe@example.com', password: 'demo-password-123' }
  const { access_token } = (await ask('POST', `${booking.url}/api/auth/login`, { body })).body
  const headers = { authorization: `Bearer ${access_token}` }
  const stream = await listenTo(`${booking.url}/api/events/stream`, headers)
  const stopping = stopUnderLoad(booking, '/api/events/', headers)
  await sleep(DRAIN_SECONDS * 500)
  assert.equal(stream.isOver(), false, 'subscribers stay until there is somewhere else to go')
  judge(await stopping)
  await stream.untilOver()
})

test('the CRM does the same', async () => {
  const crm = await start('crm', {})
  judge(await stopUnderLoad(crm, '/api/bookings', { authorization: 'Bearer crm-static-bearer-token-123' }))
})

test('without a time for it, as in development, it ends at once', async () => {
  const crm = await start('crm', { DRAIN_SECONDS: '0' })
  process.kill(crm.pid(), 'SIGTERM')
  const signalledAt = performance.now()
  await waitUntil(() => !crm.isRunning(), 5_000)
  assert.ok(performance.now() - signalledAt < 3_000)
})
