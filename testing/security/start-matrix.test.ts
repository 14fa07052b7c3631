import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { loadConfig as loadBookingConfig } from '#booking/config.ts'
import { loadConfig as loadCrmConfig } from '#crm/config.ts'
import type { Env } from '#shared/config/env.ts'
import { createServer } from '#shared/http/server.ts'

const RANDOM = 'a-random-value-of-more-than-32-bytes-000'
const OTHER = 'another-random-value-of-32-bytes-or-more'
const PUBLISHED = 'crm-static-bearer-token-123'
const DEVELOPMENT_SECRET = 'stillpoint-development-secret-replace-me'

const GOOD = {
  FLASK_ENV: 'production',
  JWT_SECRET_KEY: RANDOM,
  CRM_BEARER_TOKEN: OTHER,
  CRM_SERVICE_URL: 'https://crm.example.com',
  MAIL: 'off',
}

const MAIL = {
  MAIL: 'on',
  SMTP_URL: 'smtps://user:p%40ss@smtp.example:465',
  MAIL_FROM: 'Studio <hello@studio.example>',
  PUBLIC_URL: 'https://studio.example',
}

type Row = {
  name: string
  env: Env
  booking: RegExp | 'starts'
  crm: RegExp | 'starts'
  /** What both warn of, or the Main API alone. */
  warns?: RegExp
  warnsMainApi?: RegExp
}

const starts = 'starts'
const without = (name: keyof typeof GOOD): Env => ({ ...GOOD, [name]: undefined })
const noToken = /CRM_BEARER_TOKEN still has its published default/
const noSecret = /JWT_SECRET_KEY still has its published default/
const guessable = /JWT_SECRET_KEY is easy to guess/
const noUrl = /CRM_SERVICE_URL is not set/

// biome-ignore format: a table to look through
const MATRIX: Row[] = [
  { name: 'development with nothing set', env: {}, booking: starts, crm: starts },
  { name: 'testing with nothing set', env: { FLASK_ENV: 'testing' }, booking: starts, crm: starts },
  { name: 'NODE_ENV of a test runner', env: { NODE_ENV: 'test' }, booking: starts, crm: starts },
  { name: 'production with all that is needed', env: GOOD, booking: starts, crm: starts },
  { name: 'production by NODE_ENV', env: { ...GOOD, FLASK_ENV: '', NODE_ENV: 'production' }, booking: starts, crm: starts },
  { name: 'production with nothing set', env: { FLASK_ENV: 'production' }, booking: /JWT_SECRET_KEY[\s\S]*CRM_BEARER_TOKEN[\s\S]*CRM_SERVICE_URL/, crm: noToken },
  { name: 'production by NODE_ENV with nothing set', env: { NODE_ENV: 'production' }, booking: noSecret, crm: noToken },
  { name: 'FLASK_ENV counts before NODE_ENV', env: { FLASK_ENV: 'production', NODE_ENV: 'development' }, booking: noSecret, crm: noToken },
  { name: 'no JWT secret', env: without('JWT_SECRET_KEY'), booking: noSecret, crm: starts },
  { name: 'an empty JWT secret', env: { ...GOOD, JWT_SECRET_KEY: '' }, booking: noSecret, crm: starts },
  { name: 'a blank JWT secret', env: { ...GOOD, JWT_SECRET_KEY: ' '.repeat(40) }, booking: noSecret, crm: starts },
  { name: 'the published JWT secret', env: { ...GOOD, JWT_SECRET_KEY: DEVELOPMENT_SECRET }, booking: noSecret, crm: starts },
  { name: 'the published JWT secret between blanks', env: { ...GOOD, JWT_SECRET_KEY: ` ${DEVELOPMENT_SECRET} ` }, booking: noSecret, crm: starts },
  { name: 'a JWT secret of 31 bytes', env: { ...GOOD, JWT_SECRET_KEY: 'x'.repeat(31) }, booking: /JWT_SECRET_KEY is shorter than 32 bytes/, crm: starts },
  { name: 'a JWT secret of 32 bytes', env: { ...GOOD, JWT_SECRET_KEY: RANDOM.slice(0, 32) }, booking: starts, crm: starts },
  { name: 'a JWT secret of openssl rand -hex 32', env: { ...GOOD, JWT_SECRET_KEY: '9f1c0b52de7743aa8c61f0e4b7d2935c1a6e08fb24d95073c8b1fae62d047e39' }, booking: starts, crm: starts },
  { name: 'a JWT secret of one letter', env: { ...GOOD, JWT_SECRET_KEY: 'x'.repeat(64) }, booking: guessable, crm: starts },
  { name: 'a JWT secret of few letters', env: { ...GOOD, JWT_SECRET_KEY: 'abcabbcacbaabcbacbbcaacbcabcbabcaab' }, booking: guessable, crm: starts },
  { name: 'a JWT secret of one word again and again', env: { ...GOOD, JWT_SECRET_KEY: 'stillpoint-stillpoint-stillpoint-still' }, booking: guessable, crm: starts },
  { name: 'the alphabet as JWT secret', env: { ...GOOD, JWT_SECRET_KEY: 'abcdefghijklmnopqrstuvwxyz0123456789' }, booking: guessable, crm: starts },
  { name: 'the published JWT secret with an end', env: { ...GOOD, JWT_SECRET_KEY: `${DEVELOPMENT_SECRET}-2026` }, booking: noSecret, crm: starts },
  { name: 'the published CRM token in the JWT secret', env: { ...GOOD, JWT_SECRET_KEY: `${PUBLISHED}-${PUBLISHED}` }, booking: noSecret, crm: starts },
  { name: 'one secret for both', env: { ...GOOD, CRM_BEARER_TOKEN: RANDOM }, booking: /JWT_SECRET_KEY and CRM_BEARER_TOKEN are the same/, crm: starts },
  { name: 'the CRM token as the JWT secret before', env: { ...GOOD, JWT_SECRET_KEY_PREVIOUS: OTHER }, booking: /JWT_SECRET_KEY_PREVIOUS and CRM_BEARER_TOKEN are the same/, crm: starts },
  { name: 'the same JWT secret as the one before', env: { ...GOOD, JWT_SECRET_KEY_PREVIOUS: RANDOM }, booking: starts, crm: starts, warnsMainApi: /JWT_SECRET_KEY_PREVIOUS is the same/ },
  { name: 'no limits', env: { ...GOOD, AUTH_RATE_LIMIT: 'off' }, booking: starts, crm: starts, warnsMainApi: /AUTH_RATE_LIMIT=off: anybody may guess/ },
  { name: 'every page allowed', env: { ...GOOD, CORS_ORIGINS: 'https://studio.example, *' }, booking: starts, crm: starts, warns: /CORS_ORIGINS=\*: every page/ },
  { name: 'the published JWT secret as the previous one', env: { ...GOOD, JWT_SECRET_KEY_PREVIOUS: DEVELOPMENT_SECRET }, booking: /JWT_SECRET_KEY_PREVIOUS still has/, crm: starts },
  { name: 'a short JWT secret as the previous one', env: { ...GOOD, JWT_SECRET_KEY_PREVIOUS: 'x'.repeat(31) }, booking: /JWT_SECRET_KEY_PREVIOUS is shorter/, crm: starts },
  { name: 'another JWT secret as the previous one', env: { ...GOOD, JWT_SECRET_KEY_PREVIOUS: RANDOM.toUpperCase() }, booking: starts, crm: starts },
  { name: 'no CRM token', env: without('CRM_BEARER_TOKEN'), booking: noToken, crm: noToken },
  { name: 'the published CRM token', env: { ...GOOD, CRM_BEARER_TOKEN: PUBLISHED }, booking: noToken, crm: noToken },
  { name: 'a short CRM token', env: { ...GOOD, CRM_BEARER_TOKEN: 'short' }, booking: /CRM_BEARER_TOKEN is shorter/, crm: /CRM_BEARER_TOKEN is shorter/ },
  { name: 'a CRM token of one letter', env: { ...GOOD, CRM_BEARER_TOKEN: 'x'.repeat(40) }, booking: /CRM_BEARER_TOKEN is easy/, crm: /CRM_BEARER_TOKEN is easy/ },
  { name: 'a CRM token before of one letter', env: { ...GOOD, CRM_BEARER_TOKEN_PREVIOUS: 'x'.repeat(40) }, booking: starts, crm: /CRM_BEARER_TOKEN_PREVIOUS is easy/ },
  { name: 'a CRM token that no header can carry', env: { ...GOOD, CRM_BEARER_TOKEN: `${RANDOM} x` }, booking: /CRM_BEARER_TOKEN/, crm: /CRM_BEARER_TOKEN/ },
  { name: 'the published token as the previous one', env: { ...GOOD, CRM_BEARER_TOKEN_PREVIOUS: PUBLISHED }, booking: starts, crm: /CRM_BEARER_TOKEN_PREVIOUS still has/ },
  { name: 'no CRM address', env: without('CRM_SERVICE_URL'), booking: noUrl, crm: starts },
  { name: 'a CRM address that is none', env: { ...GOOD, CRM_SERVICE_URL: 'crm.example.com' }, booking: /CRM_SERVICE_URL must begin with https?:/, crm: starts },
  { name: 'development for others, with nothing set', env: { HOST: '0.0.0.0' }, booking: /JWT_SECRET_KEY still has its published default, and HOST=0\.0\.0\.0[\s\S]*CRM_BEARER_TOKEN[^\n]*leave HOST unset/, crm: /CRM_BEARER_TOKEN still has its published default, and HOST=0\.0\.0\.0/ },
  { name: 'testing for others, with nothing set', env: { FLASK_ENV: 'testing', HOST: '::' }, booking: noSecret, crm: noToken },
  { name: 'development at an address of the network', env: { HOST: '192.168.1.20' }, booking: noSecret, crm: noToken },
  { name: 'development at a name', env: { HOST: 'studio.local' }, booking: noSecret, crm: noToken },
  { name: 'development for others, with the published previous secrets', env: { HOST: '0.0.0.0', JWT_SECRET_KEY: RANDOM, CRM_BEARER_TOKEN: RANDOM, JWT_SECRET_KEY_PREVIOUS: DEVELOPMENT_SECRET, CRM_BEARER_TOKEN_PREVIOUS: PUBLISHED }, booking: /JWT_SECRET_KEY_PREVIOUS still has/, crm: /CRM_BEARER_TOKEN_PREVIOUS still has/ },
  { name: 'development for others, with secrets of its own', env: { HOST: '0.0.0.0', JWT_SECRET_KEY: RANDOM, CRM_BEARER_TOKEN: RANDOM }, booking: starts, crm: starts },
  { name: 'development at localhost', env: { HOST: 'localhost' }, booking: starts, crm: starts },
  { name: 'development at 127.0.0.2', env: { HOST: '127.0.0.2' }, booking: starts, crm: starts },
  { name: 'development at ::1', env: { HOST: '::1' }, booking: starts, crm: starts },
  { name: 'a short METRICS_TOKEN', env: { ...GOOD, METRICS_TOKEN: 'short' }, booking: /METRICS_TOKEN is shorter than 32 bytes/, crm: /METRICS_TOKEN is shorter than 32 bytes/ },
  { name: 'a METRICS_TOKEN', env: { ...GOOD, METRICS_TOKEN: RANDOM }, booking: starts, crm: starts },
  { name: 'a PUBLIC_URL with a path', env: { ...GOOD, PUBLIC_URL: 'https://studio.example/app' }, booking: /PUBLIC_URL/, crm: /PUBLIC_URL/ },
  { name: 'a PUBLIC_URL', env: { ...GOOD, PUBLIC_URL: 'https://studio.example/' }, booking: starts, crm: starts },
  { name: 'no word about mail', env: without('MAIL'), booking: /SMTP_URL is not set.*MAIL=off/, crm: starts },
  { name: 'a mail server', env: { ...GOOD, ...MAIL }, booking: starts, crm: starts },
  { name: 'a mail server and mail switched off', env: { ...GOOD, SMTP_URL: MAIL.SMTP_URL }, booking: starts, crm: starts },
  { name: 'a mail server without a sender', env: { ...GOOD, ...MAIL, MAIL_FROM: undefined }, booking: /MAIL_FROM is not set/, crm: starts },
  { name: 'a mail server without a public address', env: { ...GOOD, ...MAIL, PUBLIC_URL: undefined }, booking: /PUBLIC_URL is not set: the links/, crm: starts },
  { name: 'a sender that is no address', env: { ...GOOD, ...MAIL, MAIL_FROM: 'Studio' }, booking: /MAIL_FROM is no e-mail address/, crm: starts },
  { name: 'a mail server that is a page', env: { ...GOOD, ...MAIL, SMTP_URL: 'https://smtp.example' }, booking: /SMTP_URL must begin with smtps?:(?!.*got)/, crm: starts },
  { name: 'a mail server whose password is not encoded', env: { ...GOOD, ...MAIL, SMTP_URL: 'smtp://user:hid/den@smtp.example' }, booking: /SMTP_URL cannot be used(?!.*hid)/, crm: starts },
  { name: 'an environment that does not exist', env: { ...GOOD, FLASK_ENV: 'staging' }, booking: /FLASK_ENV/, crm: /FLASK_ENV/ },
  { name: 'production in capitals', env: { FLASK_ENV: 'PRODUCTION' }, booking: /FLASK_ENV/, crm: /FLASK_ENV/ },
]

for (const { name, env, warns, warnsMainApi = warns, ...expected } of MATRIX) {
  test(`started with ${name}`, () => {
    for (const [app, loadConfig] of [
      ['booking', loadBookingConfig],
      ['crm', loadCrmConfig],
    ] as const) {
      const outcome = expected[app]
      if (outcome !== starts) {
        assert.throws(() => loadConfig(env), outcome, app)
        continue
      }
      const { warnings } = loadConfig(env)
      const warned = app === 'booking' ? warnsMainApi : warns
      assert.equal(warnings.length, warned ? 1 : 0, warnings.join())
      assert.match(warnings.join(), warned ?? /^$/)
    }
  })
}

test('every fault is named at once, of whatever kind', () => {
  const env = {
    FLASK_ENV: 'production',
    API_PORT: 'eighty',
    JWT_SECRET_KEY: 'x'.repeat(40),
    CRM_BEARER_TOKEN: 'short',
    CRM_BEARER_TOKEN_PREVIOUS: PUBLISHED,
    DATABASE_REPLICA_URL: 'postgresql://replica/studio',
    LOG_LEVEL: 'loud',
  }
  const faults = [/LOG_LEVEL/, /CRM_BEARER_TOKEN is shorter/]
  for (const fault of [...faults, /API_PORT/, guessable, /DATABASE_REPLICA_URL is set/, noUrl])
    assert.throws(() => loadBookingConfig(env), fault)
  for (const fault of [...faults, /CRM_BEARER_TOKEN_PREVIOUS still has/])
    assert.throws(() => loadCrmConfig(env), fault)
})

test('development is warned of nothing', () => {
  const env = { AUTH_RATE_LIMIT: 'off', CORS_ORIGINS: '*' }
  assert.deepEqual([...loadBookingConfig(env).warnings, ...loadCrmConfig(env).warnings], [])
})

test('no refusal repeats the secret that it refuses', () => {
  for (const variable of [
    'JWT_SECRET_KEY',
    'JWT_SECRET_KEY_PREVIOUS',
    'CRM_BEARER_TOKEN',
    'CRM_BEARER_TOKEN_PREVIOUS',
    'METRICS_TOKEN',
    'DATABASE_URL',
    'CRM_DATABASE_URL',
  ]) {
    for (const value of ['hunter2', 'hunter2 with blanks', 'mysql://user:hunter2@db/x']) {
      for (const loadConfig of [loadBookingConfig, loadCrmConfig]) {
        try {
          loadConfig({ ...GOOD, [variable]: value })
        } catch (error) {
          assert.doesNotMatch((error as Error).message, /hunter2/, variable)
        }
      }
    }
  }
})

test('in production no other origin may call from a browser, no origin ever with credentials, and every answer has the security headers', async () => {
  assert.deepEqual(loadBookingConfig(GOOD).corsOrigins, [])
  assert.deepEqual(loadCrmConfig(GOOD).corsOrigins, [])
  const log = pino({ level: 'silent' })
  for (const corsOrigins of [[], ['*'], ['https://studio.example']]) {
    const app = await createServer({ log, corsOrigins, trustProxy: [] })
    for (const [method, url] of [
      ['GET', '/'],
      ['GET', '/%zz'],
      ['OPTIONS', '/'],
    ] as const) {
      const headers = { origin: 'https://evil.example', 'access-control-request-method': 'PUT' }
      const answer = await app.inject({ method, url, headers })
      const allowed = answer.headers['access-control-allow-origin']
      assert.notEqual(allowed, 'https://evil.example')
      assert.equal(answer.headers['access-control-allow-credentials'], undefined)
      assert.equal(answer.headers['x-content-type-options'], 'nosniff')
    }
    await app.close()
  }
})
