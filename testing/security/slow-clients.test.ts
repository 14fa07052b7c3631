import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { besiege, type Siege, startLargeServer } from '#harness/attacks/slow-clients.ts'
import { type ServiceProcess, startService } from '#harness/world/service-process.ts'

/** The long form, 500 connections for a minute, is `npm run torture -- slow-clients`. */

let booking: ServiceProcess
/** The control takes as long as the proof, so both go on at once. */
let control: Promise<Siege>
const patient = createServer({ requestTimeout: 0, headersTimeout: 0 }, (request, response) => {
  response.end(request.url === '/health' ? 'ok' : Buffer.alloc(64 * 1024 * 1024))
})

before(async () => {
  booking = await startService('booking', { LOG_LEVEL: 'warn' })
  patient.listen(0, '127.0.0.1')
  await once(patient, 'listening')
  const connections = { headers: 1, body: 1, reading: 1 }
  control = besiege((patient.address() as AddressInfo).port, { connections, holdMs: 0 })
})
after(async () => {
  patient.closeAllConnections()
  patient.close()
  await booking.stop()
})

test('slow clients are shown out within 15 seconds, and nobody else waits for them', async () => {
  const large = await startLargeServer()
  const sieges = await Promise.all([
    besiege(booking.port, { connections: { headers: 12, body: 12, asking: 3 }, holdMs: 1_000 }),
    besiege(large.port, { connections: { reading: 3 }, holdMs: 0 }),
  ])
  await large.close()
  for (const { connections, lives, waits, failures } of sieges) {
    assert.ok(lives.length >= connections)
    assert.deepEqual(
      lives.filter(({ ms = Infinity }) => ms > 15_000),
      [],
    )
    assert.equal(failures, 0)
    // The long form holds 99 of 100 to one second; here other tests run at the same time.
    const median = waits.toSorted((a, b) => a - b)[Math.floor(waits.length / 2)] ?? Infinity
    assert.ok(median < 1_000, `${median} ms`)
  }
})

test('a server that lets them stay would be caught', async () => {
  const { lives } = await control
  assert.equal(lives.length, 3)
  assert.ok(lives.every(({ ms }) => ms === undefined))
})
