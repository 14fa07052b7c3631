import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Database } from '#booking/database/database.ts'
import * as eventStore from '#booking/events/event.store.ts'
import { ask } from '#harness/clients/ask.ts'
import { memoryOf, processesOf } from '#harness/processes/proc.ts'
import {
  createDataDir,
  removeDataDir,
  type Stillpoint,
  startStillpoint,
  waitUntil,
} from '#harness/processes/stillpoint-process.ts'
import { connect } from '#shared/db/connect.ts'
import { startEmbeddedPostgres } from '#shared/db/embedded-postgres.ts'
import { formatReport } from '../conformance/report.ts'
import { runConformance } from '../conformance/suite.ts'

/** The product as its users have it: real processes, real databases, HTTP. The tests are one story and run in order. */

const CRM_TOKEN = 'crm-static-bearer-token-123'

const dataDir = createDataDir()
let stillpoint: Stillpoint
let bookingId: number

before(async () => {
  stillpoint = await startStillpoint(dataDir)
})
after(async () => {
  await stillpoint.killTree()
  removeDataDir(dataDir)
})

test('a first start says where everything is and who can log in', () => {
  for (const text of ['/docs', 'john.doe@example.com', 'jane.smith@example.com', 'demo-password-123']) {
    assert.ok(stillpoint.output().includes(text), `${text} is missing in:\n${stillpoint.output()}`)
  }
})

test('register, log in, find an event, book it: the CRM has it', async () => {
  const person = {
    email: 'new@example.com',
    password: 'securepassword123',
    first_name: 'New',
    last_name: 'Comer',
  }
  assert.equal((await ask('POST', `${stillpoint.api}/api/auth/register`, { body: person })).status, 201)
  const token = await logIn(person)
  const { body: list } = await ask('GET', `${stillpoint.api}/api/events/?search=morning%20meditation`, {
    token,
  })
  const [event] = list.events
  assert.equal(event.title, 'Morning Meditation Session')
  const booked = await ask('POST', `${stillpoint.api}/api/bookings/`, {
    token,
    body: { event_id: event.id },
  })
  assert.equal(booked.status, 201)
  assert.equal(booked.body.crm_notified, true)
  bookingId = booked.body.booking.id
  const { body: known } = await ask('GET', `${stillpoint.crm}/api/bookings/${bookingId}`, {
    token: CRM_TOKEN,
  })
  assert.equal(known.booking.user.name, 'New Comer')
  assert.equal(known.booking.event.title, event.title)
  const cancelled = await ask('GET', `${stillpoint.api}/api/bookings/`, { token })
  assert.equal(cancelled.body.bookings.length, 1)
})

test('the published contract holds, every check of it', async () => {
  await addEventsInEveryState(dataDir)
  const report = await runConformance({
    api: stillpoint.api,
    crm: stillpoint.crm,
    crmToken: CRM_TOKEN,
    decisions: true,
  })
  assert.equal(report.failed, 0, formatReport(report))
  const notRun = report.results.filter(({ outcome }) => outcome === 'not run').map(({ name }) => name)
  assert.deepEqual(notRun, [])
  assert.ok(report.passed > 300, `only ${report.passed} checks`)
})

test('idle, all processes together stay below 350 MB', async () => {
  await waitUntil(() => memoryOf('all', processesOf(dataDir)).pss < 350, 10_000)
})

test('a second start on the same ports refuses in a sentence and disturbs nothing', async () => {
  const ports = { API_PORT: new URL(stillpoint.api).port, CRM_PORT: new URL(stillpoint.crm).port }
  const startedAt = performance.now()
  await assert.rejects(startStillpoint(dataDir, ports), /already running/)
  assert.ok(performance.now() - startedAt < 5_000)
  assert.equal((await ask('GET', `${stillpoint.api}/health`)).status, 200)
})

test('killed as by a power cut, it comes back with every acknowledged booking', async () => {
  const token = await logIn({ email: 'new@example.com', password: 'securepassword123' })
  const { body: list } = await ask('GET', `${stillpoint.api}/api/events/?per_page=100`, { token })
  const acknowledged = [bookingId]
  for (const { id } of list.events) {
    const { status, body } = await ask('POST', `${stillpoint.api}/api/bookings/`, {
      token,
      body: { event_id: id },
    })
    if (status === 201) acknowledged.push(body.booking.id)
  }
  assert.ok(acknowledged.length > 5)
  await stillpoint.killTree()
  stillpoint = await startStillpoint(dataDir)
  for (const id of acknowledged) {
    assert.equal((await ask('GET', `${stillpoint.api}/api/bookings/${id}`, { token })).status, 200)
    const atCrm = () => ask('GET', `${stillpoint.crm}/api/bookings/${id}`, { token: CRM_TOKEN })
    await waitUntil(async () => (await atCrm()).status === 200, 30_000)
  }
})

test('SIGTERM ends it with code 0 and leaves no process', async () => {
  assert.equal(await stillpoint.stop(), 0, stillpoint.output())
  assert.deepEqual(processesOf(dataDir), [])
})

/** What the demo data has none of: two open events at one time, one that has begun and one that is cancelled. */
async function addEventsInEveryState(dataDir: string): Promise<void> {
  const settings = { dataDir: join(dataDir, 'booking'), database: 'booking', log: { info() {}, warn() {} } }
  const postgres = await startEmbeddedPostgres(settings)
  const { db } = connect<Database>({ url: postgres.url, log: settings.log })
  const at = (hours: number) => ({
    start_datetime: new Date(Date.now() + hours * 3_600_000),
    end_datetime: new Date(Date.now() + (hours + 2) * 3_600_000),
  })
  const event = { title: 'One of four', description: null, event_type: 'SESSION', facilitator_id: 1 } as const
  const place = { location: null, virtual_link: null, max_participants: 9, requirements: null }
  await eventStore.insertMany(db, [
    { ...event, ...place, ...at(2_000) },
    { ...event, ...place, ...at(2_001) },
    { ...event, ...place, ...at(-1) },
    { ...event, ...place, ...at(2_010), status: 'CANCELLED' },
  ])
  await db.destroy()
  await postgres.stop()
}

async function logIn({ email, password }: { email: string; password: string }): Promise<string> {
  const { body } = await ask('POST', `${stillpoint.api}/api/auth/login`, { body: { email, password } })
  return body.access_token
}
