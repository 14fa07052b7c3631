import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { ask } from '#harness/clients/ask.ts'
import {
  createDataDir,
  removeDataDir,
  type Stillpoint,
  startStillpoint,
  waitUntil,
} from '#harness/processes/stillpoint-process.ts'

const DEMO = { password: 'demo-password-123' }
const DEMO_ADDRESSES = ['admin@example.com', 'john.doe@example.com', 'jane.smith@example.com']
const CLOSED = /demo accounts have been closed/

const secret = () => randomBytes(32).toString('hex')
const production = {
  FLASK_ENV: 'production',
  JWT_SECRET_KEY: secret(),
  CRM_BEARER_TOKEN: secret(),
  API_PROCESSES: '2',
  DRAIN_SECONDS: '0',
  AUTH_RATE_LIMIT: 'on',
  MAIL: 'off',
}

let dataDir: string
let running: Stillpoint

before(async () => {
  dataDir = createDataDir()
})
after(async () => {
  await running.killTree()
  removeDataDir(dataDir)
})

const post = (path: string, body: object) => ask('POST', running.api + path, { body })
const logIns = (path: string) =>
  Promise.all(DEMO_ADDRESSES.map(async (email) => (await post(path, { email, ...DEMO })).status))

test('development lets everybody in with the published password; production on the same data nobody', {
  timeout: 120_000,
}, async () => {
  // The secret of production already: only the account can be what ends the session.
  running = await startStillpoint(dataDir, { JWT_SECRET_KEY: production.JWT_SECRET_KEY })
  assert.deepEqual(await logIns('/api/auth/login'), [200, 200, 200])
  const { body } = await post('/api/auth/login', { email: 'admin@example.com', ...DEMO })
  await running.stop()

  running = await startStillpoint(dataDir, production)
  assert.match(running.output(), CLOSED)
  assert.equal(running.output().match(/demo accounts have been closed/g)?.length, 1)
  await waitUntil(() => /seats of closed demo accounts are free/.test(running.output()), 20_000)
  assert.deepEqual(await logIns('/api/auth/login'), [401, 401, 401])
  assert.deepEqual(await logIns('/api/facilitators/login'), [401, 401, 401])
  const { status } = await ask('GET', `${running.api}/api/audit-log`, { token: body.access_token })
  assert.equal(status, 401)
  await running.stop()

  running = await startStillpoint(dataDir, production)
  assert.doesNotMatch(running.output(), CLOSED, 'there is nothing left to close')
  assert.deepEqual(await logIns('/api/auth/login'), [401, 401, 401])
  await running.stop()

  running = await startStillpoint(dataDir, { API_PROCESSES: '2' })
  assert.match(running.output(), /No demo account lets anybody in[\s\S]*create-admin/)
  for (const email of DEMO_ADDRESSES) assert.ok(!running.output().includes(email), 'back in development')
})
