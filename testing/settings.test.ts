import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BookingEnv, loadConfig as loadBookingConfig } from '#booking/config.ts'
import { CrmEnv, loadConfig as loadCrmConfig } from '#crm/config.ts'
import { ConfigError } from '#shared/config/env.ts'

/** What the service says of these settings, a line each. */
function faultsOf(load: (env: Record<string, string>) => unknown, env: Record<string, string>): string[] {
  try {
    load(env)
    return []
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error))
    return error.faults
  }
}

test('origins are what browsers send, or *', () => {
  const origins = [
    'https://studio.example',
    'http://localhost:*',
    'http://[::1]:5173',
    'capacitor://localhost',
    'https://xn--bcher-kva.example',
    '*',
  ]
  assert.deepEqual(faultsOf(loadCrmConfig, { CORS_ORIGINS: origins.join(', ') }), [])
  for (const wrong of ['foo', 'localhost:3000', 'https://*.example', 'null', 'https://', 'http://x:99999'])
    assert.deepEqual(faultsOf(loadBookingConfig, { CORS_ORIGINS: `https://good.example,${wrong}` }), [
      `CORS_ORIGINS has ${wrong}, which is neither an origin such as https://studio.example nor *`,
    ])
})

test('an origin in another spelling is refused with the right one', () => {
  const spellings = {
    'https://studio.example/': 'https://studio.example',
    'https://Studio.example:443': 'https://studio.example',
    'https://bücher.example': 'https://xn--bcher-kva.example',
    'http://studio.example/path': 'http://studio.example',
    'http://Localhost:*': 'http://localhost:*',
  }
  for (const [origin, sent] of Object.entries(spellings))
    assert.deepEqual(faultsOf(loadCrmConfig, { CORS_ORIGINS: origin }), [
      `CORS_ORIGINS has ${origin}, which no browser sends: write ${sent}`,
    ])
})

test('what was refused one by one after the start is among the faults', () => {
  const env = {
    TRUST_PROXY: 'loopback,lala',
    DATABASE_URL: 'postgresql://user:hidden@host:x/studio',
    DATABASE_REPLICA_URL: 'postgresql://host/studio?target_session_attrs=primary',
    CRM_DATABASE_URL: 'postgresql://%zz/studio',
    CRM_SERVICE_URL: 'http://crm:99999',
    PUBLIC_URL: 'https://studio:x',
    API_PORT: 'abc',
  }
  const booking = faultsOf(loadBookingConfig, env)
  const wanted = [
    'API_PORT',
    'CRM_SERVICE_URL',
    'DATABASE_REPLICA_URL',
    'DATABASE_URL',
    'PUBLIC_URL',
    'TRUST_PROXY',
  ]
  assert.deepEqual(booking.map((fault) => /^\w+/.exec(fault)?.[0]).sort(), wanted)
  assert.doesNotMatch(booking.join(), /hidden/)
  assert.match(faultsOf(loadCrmConfig, env).join(), /TRUST_PROXY has lala.*PUBLIC_URL.*CRM_DATABASE_URL/)
})

type Variable = { description?: string; enum?: string[] }

const variables = { ...BookingEnv.properties, ...CrmEnv.properties } as Record<string, Variable>

test('a description names every value that is allowed', () => {
  const chosen = Object.entries(variables).filter(([, { enum: values }]) => values)
  assert.ok(chosen.length >= 4)
  for (const [name, { description, enum: values = [] }] of chosen)
    for (const value of values) assert.match(description ?? '', new RegExp(`\\b${value}\\b`), name)
})

test('a description says what production asks for', () => {
  const secrets = Object.keys(variables).filter((name) => /SECRET|TOKEN/.test(name))
  const short = Object.fromEntries(secrets.map((name) => [name, 'short']))
  const env = { ...short, FLASK_ENV: 'production' }
  const faults = [...faultsOf(loadBookingConfig, env), ...faultsOf(loadCrmConfig, env)]
  assert.ok(faults.length >= 7, faults.join('\n'))
  for (const fault of faults) {
    const [name = ''] = /^\w+/.exec(fault) ?? []
    const wanted = fault.includes('32 bytes') ? /production.*32 bytes/ : /production/
    if (!fault.includes('are the same')) assert.match(variables[name]?.description ?? '', wanted, fault)
  }
})
