import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PUBLIC_CRM_TOKEN } from '#shared/config/config.ts'
import { loadConfig } from './config.ts'

const SECRET = 'a-random-value-of-more-than-32-bytes-000'

test('without any variable the CRM listens on 8003 with the published token', () => {
  const { port, host, bearerToken, production, backupFile } = loadConfig({})
  assert.deepEqual([port, host, bearerToken, production], [8003, 'localhost', PUBLIC_CRM_TOKEN, false])
  assert.match(backupFile, /\/\.data\/crm_data\.json$/)
})

test('production refuses tokens that are published or short, the previous one too', () => {
  const load = (env: Record<string, string>) => () => loadConfig({ FLASK_ENV: 'production', ...env })
  assert.throws(load({}), /CRM_BEARER_TOKEN still has its published default/)
  assert.throws(load({ CRM_BEARER_TOKEN: 'short' }), /CRM_BEARER_TOKEN is shorter than 32 bytes/)
  assert.throws(
    load({ CRM_BEARER_TOKEN: SECRET, CRM_BEARER_TOKEN_PREVIOUS: PUBLIC_CRM_TOKEN }),
    /CRM_BEARER_TOKEN_PREVIOUS still has its published default/,
  )
  assert.equal(load({ CRM_BEARER_TOKEN: SECRET })().host, '0.0.0.0')
})

test('an exporter of traces that OpenTelemetry does not know is refused at start', () => {
  const load = (names: string) => () => loadConfig({ OTEL_TRACES_EXPORTER: names })
  for (const names of ['jaeger', 'otlp,jaeger', 'OTLP'])
    assert.throws(load(names), /OTEL_TRACES_EXPORTER has (jaeger|OTLP): use otlp/)
  for (const names of ['otlp', 'console, otlp', 'none', '']) assert.doesNotThrow(load(names))
})
