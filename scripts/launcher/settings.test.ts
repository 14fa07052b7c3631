import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadConfig as loadBookingConfig } from '#booking/config.ts'
import { loadConfig as loadCrmConfig } from '#crm/config.ts'
import { readLaunchSettings } from './settings.ts'

const SECRET = 'a-secret-of-at-least-thirty-two-bytes'
const PRODUCTION = {
  JWT_SECRET_KEY: SECRET,
  CRM_BEARER_TOKEN: `${SECRET}-of-the-crm`,
  CRM_SERVICE_URL: 'http://crm:8003',
  MAIL: 'off',
}
const SMTP = { SMTP_URL: 'smtp://localhost', MAIL_FROM: 'a@b.example' }

const environments: Record<string, Record<string, string>> = {
  'nothing set': {},
  'own ports and directory': { API_PORT: '9000', CRM_PORT: '9003', DATA_DIR: '/srv/still point' },
  'empty values': { API_PORT: '', HOST: ' ', DATA_DIR: '', DEMO_DATA: '' },
  'time to drain': { DRAIN_SECONDS: '7' },
  'no demo data': { DEMO_DATA: 'off', HOST: '::1' },
  'no mail': { MAIL: 'off' },
  'mail that is sent': SMTP,
  production: { ...PRODUCTION, FLASK_ENV: 'production' },
  'production by the alias': { ...PRODUCTION, NODE_ENV: 'production', HOST: '10.0.0.7' },
}

for (const [name, env] of Object.entries(environments)) {
  test(`the launcher and the services read the environment alike: ${name}`, () => {
    const booking = loadBookingConfig(env)
    const crm = loadCrmConfig(env)
    const { host, services, hasDemoData, keepsMail, drainSeconds } = readLaunchSettings(env)
    assert.equal(host, booking.host)
    assert.equal(hasDemoData, booking.demoData)
    assert.equal(keepsMail, booking.mail !== undefined && booking.mail.smtpUrl === undefined)
    assert.deepEqual([drainSeconds, drainSeconds], [booking.drainSeconds, crm.drainSeconds])
    assert.deepEqual(
      services.map(({ port, dataDir }) => ({ port, dataDir })),
      [crm, booking].map(({ port, dataDir }) => ({ port, dataDir })),
    )
  })
}
