import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { ask } from '#harness/clients/ask.ts'
import { figure } from '#harness/clients/read-metrics.ts'
import { childrenOf, readStat } from '#harness/processes/proc.ts'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'
import { type ServiceProcess, startService } from '#harness/world/service-process.ts'

const ANSWER_MAX_MS = 5_000

let booking: ServiceProcess

before(async () => {
  booking = await startService('booking', { API_PROCESSES: '2' })
  await waitUntil(async () => workers().length === 2 && (await registered()) >= 0, 20_000)
})
after(() => booking.stop())

const workers = () => childrenOf(booking.pid()).map(({ pid }) => pid)

// A connection of its own each time: connections, not requests, are dealt out.
const askAny = (path: string, body?: object, token?: string) =>
  ask(body ? 'POST' : 'GET', booking.url + path, { body, token, headers: { connection: 'close' } })

/** Attempts to book that any of the processes has counted. */
const registered = () => read('stillpoint_booking_attempts_total')

async function read(name: string, labels: Record<string, string> = {}): Promise<number> {
  return figure((await askAny('/metrics')).text, name, labels) ?? -1
}

test('two processes answer at one port, and whichever is asked tells the figures of both', async () => {
  const person = { password: 'securepassword123', first_name: 'A', last_name: 'B' }
  for (let i = 0; i < 6; i++) {
    const body = { ...person, email: `worker-${i}@example.com` }
    assert.equal((await askAny('/api/auth/register', body)).status, 201)
    const { access_token } = (await askAny('/api/auth/login', body)).body
    assert.equal((await askAny('/api/bookings/', { event_id: 1 }, access_token)).status, 404)
  }
  assert.deepEqual([await registered(), await registered()], [6, 6])
  assert.equal(await read('stillpoint_http_requests_total', { route: '/api/bookings/', status: '4xx' }), 6)
  assert.equal(
    await read('stillpoint_http_request_duration_seconds_count', { route: '/api/auth/login', status: '2xx' }),
    6,
  )
})

test('what each process has is added up, what all of them see is told once', async () => {
  assert.equal(await read('stillpoint_processes'), 2)
  assert.equal(await read('stillpoint_database_connections_max'), 20)
  assert.equal(await read('stillpoint_database_up'), 1)
  const client = new pg.Client(booking.database.url)
  await client.connect()
  await client.query(`
    insert into crm_erasures (user_id, requested_at, next_attempt_at)
    select id, now(), now() + interval '1 day' from users order by id limit 3`)
  await client.end()
  assert.equal(await read('stillpoint_crm_erasures_waiting'), 3)
  assert.ok((await read('process_resident_memory_bytes')) > 60e6)
})

test('one that is killed is replaced, and the port answers all the while', async () => {
  const [victim = 0] = workers()
  process.kill(victim, 'SIGKILL')
  for (let i = 0; i < 20; i++) {
    const beganAt = performance.now()
    // What had reached the one that died is cut off, at once; a second attempt is answered by another.
    const answer = await askAny('/health').catch(() => askAny('/health'))
    assert.equal(answer.status, 200)
    assert.ok(performance.now() - beganAt < ANSWER_MAX_MS)
  }
  await waitUntil(() => workers().length === 2 && !workers().includes(victim), 20_000)
  assert.equal((await askAny('/health')).status, 200)
})

test('a stop ends all of them, and each says by which signal', async () => {
  const pids = workers()
  process.kill(booking.pid(), 'SIGINT')
  await waitUntil(() => !booking.isRunning(), 15_000)
  assert.ok(pids.every((pid) => readStat(pid) === undefined))
  // The one that has replaced another may not have got as far as saying anything.
  const reasons = () => [...booking.output().matchAll(/"reason":"(\w+)","msg":"stopping"/g)]
  await waitUntil(() => reasons().length >= 2, 5_000)
  assert.deepEqual([...new Set(reasons().map(([, reason]) => reason))], ['SIGINT'])
})

test('when they cannot start, nor does the whole', async () => {
  await assert.rejects(
    startService('booking', { API_PROCESSES: '2', DATABASE_URL: 'postgresql://127.0.0.1:1/none' }),
    /did not start/,
  )
})
