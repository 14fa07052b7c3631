import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Held, holdSlow, startLargeServer } from '#harness/attacks/slow-clients.ts'
import { startStub } from '#harness/clients/stub-server.ts'
import { median } from '#harness/load/figures.ts'
import { type ServiceProcess, startService } from '#harness/world/service-process.ts'
import { attackAmongSlow, attackControl, isServed, WAYS } from '../security/among-slow.ts'

/** The long form, all kinds, proxies and 500 connections for a minute, is `npm run torture -- slow-clients`. */

const TEST_MAX_MS = 180_000
/** The long form holds every answer to 2.5 s; here other tests run at the same time. */
const ANSWER_MAX_MS = 8_000

let booking: ServiceProcess
/** The control takes as long as the proof, so both go on at once. */
let control: Promise<Held>
let patient: Awaited<ReturnType<typeof startStub>>

before(async () => {
  booking = await startService('booking', { LOG_LEVEL: 'warn' })
  patient = await startStub((request, response) => {
    response.end(request.url === '/health' ? 'ok' : Buffer.alloc(64 * 1024 * 1024))
  })
  Object.assign(patient.server, { requestTimeout: 0, headersTimeout: 0 })
  const connections = { headers: 1, body: 1, reading: 1 }
  control = holdSlow(patient.port, { connections, holdMs: 0 })
})
after(async () => {
  await patient.close()
  await booking.stop()
})

test('slow clients are shown out within 15 seconds, and nobody else waits for them', async () => {
  const large = await startLargeServer()
  const all = await Promise.all([
    holdSlow(booking.port, { connections: { headers: 12, body: 12, asking: 3 }, holdMs: 1_000 }),
    holdSlow(large.port, { connections: { reading: 3 }, holdMs: 0 }),
  ])
  await large.close()
  for (const { connections, lives, waits, failures } of all) {
    assert.ok(lives.length >= connections)
    assert.deepEqual(
      lives.filter(({ ms = Infinity }) => ms > 15_000),
      [],
    )
    assert.equal(failures, 0)
    // The long form holds 99 of 100 to one second; here other tests run at the same time.
    assert.ok(median(waits) < 1_000, `${median(waits)} ms`)
  }
})

test('a server that lets them stay would be caught', async () => {
  const { lives } = await control
  assert.equal(lives.length, 3)
  assert.ok(lives.every(({ ms }) => ms === undefined))
})

test('260 slow, deaf or guessing connections of a kind keep nobody from being served', {
  timeout: TEST_MAX_MS,
}, async () => {
  const lines: string[] = []
  const all = await attackAmongSlow(WAYS[0], { quick: true, log: (line) => lines.push(line) })
  assert.ok(all.length >= 7)
  assert.deepEqual(
    all.filter((each) => !isServed(each, ANSWER_MAX_MS)).map(({ at, kind }) => `${at}: ${kind}`),
    [],
    lines.join('\n'),
  )
})

test('a server that counts from the head of a request on would be caught', {
  timeout: TEST_MAX_MS,
}, async () => {
  const all = await attackControl({ quick: true, log: () => {} })
  assert.equal(all.length, 1)
  assert.ok(all.every((each) => !isServed(each, ANSWER_MAX_MS)))
})
