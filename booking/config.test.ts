import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadConfig } from './config.ts'

const SECRET = 'a-secret-of-at-least-thirty-two-bytes'
const PRODUCTION = {
  FLASK_ENV: 'production',
  JWT_SECRET_KEY: SECRET,
  CRM_BEARER_TOKEN: `${SECRET}-of-the-crm`,
  CRM_SERVICE_URL: 'https://crm.example.com/',
  MAIL: 'off',
}

test('nothing has to be set in development', () => {
  const config = loadConfig({})
  assert.equal(config.host, 'localhost')
  assert.equal(config.port, 8000)
  assert.equal(config.crmUrl, 'http://localhost:8003')
  assert.equal(config.demoData, true)
})

test('production listens for everybody, has no demo data and trusts no foreign origin', () => {
  const config = loadConfig({ ...PRODUCTION, DEMO_DATA: 'on' })
  assert.equal(config.host, '0.0.0.0')
  assert.equal(config.demoData, false)
  assert.equal(config.crmUrl, 'https://crm.example.com')
  assert.deepEqual(config.corsOrigins, [])
})

test('production refuses published, short and missing secrets, all in one message', () => {
  assert.throws(
    () => loadConfig({ NODE_ENV: 'production' }),
    /JWT_SECRET_KEY[\s\S]*CRM_BEARER_TOKEN[\s\S]*CRM_SERVICE_URL/,
  )
  assert.throws(
    () => loadConfig({ ...PRODUCTION, JWT_SECRET_KEY: 'short' }),
    /JWT_SECRET_KEY is shorter than 32 bytes/,
  )
  assert.throws(() => loadConfig({ ...PRODUCTION, JWT_SECRET_KEY: '' }), /JWT_SECRET_KEY/)
  const published = { ...PRODUCTION, CRM_BEARER_TOKEN: 'crm-static-bearer-token-123' }
  assert.throws(() => loadConfig(published), /CRM_BEARER_TOKEN still has its published default/)
})

test('values that cannot be are named with what they were', () => {
  assert.throws(
    () =>
      loadConfig({
        API_PORT: 'eighty',
        DATABASE_URL: 'mysql://x',
        DEMO_DATA: 'perhaps',
        FLASK_ENV: 'staging',
      }),
    /FLASK_ENV.*development, production[\s\S]*API_PORT must be integer \(got "eighty"\)[\s\S]*DATABASE_URL[\s\S]*DEMO_DATA/,
  )
  assert.throws(() => loadConfig({ CRM_BEARER_TOKEN: 'with blanks in it' }), /CRM_BEARER_TOKEN/)
})

test('what values have to look like is said in words', () => {
  const names = [
    'DATABASE_URL',
    'DATABASE_REPLICA_URL',
    'SMTP_URL',
    'PUBLIC_URL',
    'CURRENCY',
    'CRM_SERVICE_URL',
    'CRM_BEARER_TOKEN',
    'OTEL_EXPORTER_OTLP_ENDPOINT',
  ]
  assert.throws(
    () => loadConfig(Object.fromEntries(names.map((name) => [name, '?!']))),
    ({ faults }: { faults: string[] }) => {
      for (const name of names)
        assert.ok(
          faults.some((fault) => fault.startsWith(`${name} m`)),
          name,
        )
      return !faults.some((fault) => fault.includes('pattern'))
    },
  )
})

test('production names all that mail needs at once', () => {
  const { MAIL: _, ...settings } = PRODUCTION
  assert.throws(
    () => loadConfig(settings),
    /SMTP_URL is not set[\s\S]*MAIL_FROM is not set[\s\S]*PUBLIC_URL is not set/,
  )
})

test('the time zone of the studio has to be one', () => {
  assert.equal(loadConfig({ STUDIO_TIMEZONE: 'asia/kolkata' }).studioTimezone, 'Asia/Kolkata')
  for (const name of ['Berlin', '+01:00'])
    assert.throws(() => loadConfig({ STUDIO_TIMEZONE: name }), /STUDIO_TIMEZONE must be an IANA time zone/)
})

test('an empty variable counts as unset', () => {
  assert.equal(loadConfig({ API_PORT: '', HOST: ' ' }).port, 8000)
})

test('a replica needs the primary that it follows', () => {
  const replica = { DATABASE_REPLICA_URL: 'postgresql://replica/studio' }
  assert.throws(() => loadConfig(replica), /DATABASE_REPLICA_URL is set without DATABASE_URL/)
  const { replicaUrl } = loadConfig({ ...replica, DATABASE_URL: 'postgresql://primary/studio' })
  assert.equal(replicaUrl, replica.DATABASE_REPLICA_URL)
})
