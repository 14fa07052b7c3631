import assert from 'node:assert/strict'
import { randomInt, randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { buildApp as buildBooking } from '#booking/app.ts'
import { loadConfig as loadBookingConfig } from '#booking/config.ts'
import { createDeps as bookingDeps, closeDeps as closeBooking } from '#booking/deps.ts'
import { buildApp as buildCrm } from '#crm/app.ts'
import { loadConfig as loadCrmConfig } from '#crm/config.ts'
import { closeDeps as closeCrm, createDeps as crmDeps } from '#crm/deps.ts'
import { createTestDatabase, type TestDatabase } from '#harness/apps/test-database.ts'
import { requester } from '#harness/apps/test-request.ts'
import { anEvent, aUser } from '#harness/data/factories.ts'
import { freePort } from '#harness/processes/free-port.ts'

/** Two instances of each service. A step of the rotation takes them down and up again one after the other, as a rollout does. */

const OLD = { JWT: 'the-old-secret-of-more-than-32-bytes', CRM: 'the-old-token-of-more-than-32-bytes-0' }
const NEW = { JWT: 'the-new-secret-of-more-than-32-bytes', CRM: 'the-new-token-of-more-than-32-bytes-0' }
const log = pino({ level: 'silent' })
const EVENTS = 400

type Env = Record<string, string>
type Instance = Awaited<ReturnType<typeof startBooking>>

let databases: { booking: TestDatabase; crm: TestDatabase }
const crms: Awaited<ReturnType<typeof startCrm>>[] = []
const apis: Instance[] = []
const events: number[] = []

before(async () => {
  databases = { booking: await createTestDatabase('booking'), crm: await createTestDatabase('crm') }
  for (let i = 0; i < 2; i++) crms.push(await startCrm({ CRM_BEARER_TOKEN: OLD.CRM }))
  for (let i = 0; i < 2; i++)
    apis.push(await startBooking(i, { JWT_SECRET_KEY: OLD.JWT, CRM_BEARER_TOKEN: OLD.CRM }))
  const { deps } = apis[0] as Instance
  for (let i = 0; i < EVENTS; i++) events.push(await anEvent(deps, { max_participants: 50 }))
})
after(async () => {
  for (const { close } of [...apis, ...crms]) await close()
  await databases.booking.drop()
  await databases.crm.drop()
})

async function startCrm(env: Env, known?: number) {
  const port = known ?? (await freePort())
  const config = loadCrmConfig({ LOG_LEVEL: 'silent', CRM_BACKUP_FILE: '/nowhere/backup.json', ...env })
  const deps = crmDeps(config, databases.crm, log)
  const app = await buildCrm(deps)
  const url = await app.listen({ host: '127.0.0.1', port })
  return {
    deps,
    url,
    async close() {
      await app.close()
      await closeCrm(deps)
    },
  }
}

/** Each tells another instance of the CRM. */
async function startBooking(place: number, env: Env) {
  const config = loadBookingConfig({
    LOG_LEVEL: 'silent',
    AUTH_RATE_LIMIT: 'off',
    CRM_SERVICE_URL: crms[place]?.url ?? '',
    ...env,
  })
  const deps = bookingDeps(config, databases.booking, log)
  const app = await buildBooking(deps)
  const ask = requester(app)
  const underWay = new Set<Promise<unknown>>()
  const request: typeof ask = (...args) => {
    const answer = ask(...args)
    underWay.add(answer)
    return answer.finally(() => underWay.delete(answer))
  }
  return {
    deps,
    request,
    async close() {
      // Without a connection nobody else waits for them, and a busy machine may take longer than the pause before.
      await Promise.allSettled(underWay)
      await app.close()
      await closeBooking(deps)
    },
  }
}

/** The new one is up before the old one goes: what is under way there ends there. */
async function rollApis(env: Env): Promise<void> {
  for (const place of apis.keys()) {
    const old = apis[place]
    apis[place] = await startBooking(place, env)
    await sleep(150)
    await old?.close()
    await sleep(150)
  }
}

/** At the same address, so there is a moment without: what the CRM does not hear then is told again. */
async function rollCrms(env: Env): Promise<void> {
  for (const [place, { url, close }] of crms.entries()) {
    await close()
    crms[place] = await startCrm(env, Number(new URL(url).port))
    await sleep(150)
  }
}

/** Logs in at one instance, is known at the other, renews, books; what anybody was answered. */
async function live(isOver: () => boolean, answers: Map<string, number>): Promise<void> {
  const any = () => apis[randomInt(apis.length)] as Instance
  const note = (what: string, status: number) => {
    const key = `${what} ${status}`
    answers.set(key, (answers.get(key) ?? 0) + 1)
  }
  const person = { email: `${randomUUID()}@example.com`, password: 'securepassword123' }
  const body = { ...person, first_name: 'A', last_name: 'B' }
  note('register', (await any().request('POST', '/api/auth/register', { body })).status)
  const logIn = async () => {
    const answer = await any().request('POST', '/api/auth/login', { body: person })
    note('login', answer.status)
    return answer.body
  }
  const early = await logIn()
  while (!isOver()) {
    const fresh = await logIn()
    for (const { access_token: token, refresh_token } of [early, fresh]) {
      note('profile', (await any().request('GET', '/api/auth/profile', { token })).status)
      const renewed = await any().request('POST', '/api/auth/refresh', { token: refresh_token })
      note('refresh', renewed.status)
      note(
        'profile',
        (await any().request('GET', '/api/auth/profile', { token: renewed.body.access_token })).status,
      )
    }
    const event_id = events.pop()
    if (event_id === undefined) break
    const booked = await any().request('POST', '/api/bookings/', {
      token: fresh.access_token,
      body: { event_id },
    })
    note('booking', booked.status)
  }
}

test('both secrets are changed under traffic, and nobody is refused', async (t) => {
  const answers = new Map<string, number>()
  let isOver = false
  const people = Array.from({ length: 4 }, () => live(() => isOver, answers))
  const old = { JWT_SECRET_KEY: OLD.JWT, CRM_BEARER_TOKEN: OLD.CRM }

  // First everybody who checks knows the new one; then everybody who signs or presents uses it; then the old one goes.
  await rollCrms({ CRM_BEARER_TOKEN: NEW.CRM, CRM_BEARER_TOKEN_PREVIOUS: OLD.CRM })
  await rollApis({ ...old, JWT_SECRET_KEY_PREVIOUS: NEW.JWT })
  await rollApis({ JWT_SECRET_KEY: NEW.JWT, JWT_SECRET_KEY_PREVIOUS: OLD.JWT, CRM_BEARER_TOKEN: NEW.CRM })
  await rollCrms({ CRM_BEARER_TOKEN: NEW.CRM })
  isOver = true
  await Promise.all(people)

  t.diagnostic([...answers].map(([what, count]) => `${what} × ${count}`).join(', '))
  assert.deepEqual([...answers.keys()].sort(), [
    'booking 201',
    'login 200',
    'profile 200',
    'refresh 200',
    'register 201',
  ])
  // No notification was refused for its token: that would stand with the message, and be logged.
  const { deps } = apis[0] as Instance
  const { rows } = await deps.databases.pool.query(
    `select last_error from outbox where last_error like '%401%'`,
  )
  assert.deepEqual(rows, [])
})

test('once the old one is gone, so is what it signed', async () => {
  const { deps, request } = apis[0] as Instance
  const user = await aUser(deps)
  const before = await startBooking(0, { JWT_SECRET_KEY: OLD.JWT, CRM_BEARER_TOKEN: NEW.CRM })
  const token = await before.deps.identity.sessions.issue('access', user)
  await before.close()
  assert.equal((await request('GET', '/api/auth/profile', { token })).status, 200)
  await rollApis({ JWT_SECRET_KEY: NEW.JWT, CRM_BEARER_TOKEN: NEW.CRM })
  const { request: ask } = apis[0] as Instance
  assert.equal((await ask('GET', '/api/auth/profile', { token })).status, 401)
})

test('in any other order somebody is refused, and this test would see it', async () => {
  const { deps, request } = apis[0] as Instance
  const hasty = await startBooking(0, {
    JWT_SECRET_KEY: OLD.JWT,
    JWT_SECRET_KEY_PREVIOUS: NEW.JWT,
    CRM_BEARER_TOKEN: OLD.CRM,
  })
  const user = await aUser(deps)
  // It signs with what the other instance does not know.
  const token = await hasty.deps.identity.sessions.issue('access', user)
  assert.equal((await request('GET', '/api/auth/profile', { token })).status, 401)
  // It presents what the CRM no longer takes.
  await assert.rejects(hasty.deps.crm.client.listDigests({ from: 1, to: 2 }), /CRM answered 401/)
  await hasty.close()
})
