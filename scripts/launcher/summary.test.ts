import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readLaunchSettings } from './settings.ts'
import { summary } from './summary.ts'

const { host, services } = readLaunchSettings({})
const DEVELOPMENT = { ms: 1_000, keepsMail: true }
const NO_LOGIN = /No demo account lets anybody in[\s\S]*npm run admin -- create-admin/

test('the summary shows the demo logins that there are', () => {
  const text = summary(host, services, [{ role: 'admin', email: 'admin@example.com' }], DEVELOPMENT)
  assert.match(text, /password demo-password-123\n +admin +admin@example\.com/)
  assert.doesNotMatch(text, /john\.doe/)
  assert.doesNotMatch(text, NO_LOGIN)
})

test('where none lets anybody in it says what to do, and nothing where nobody asked for them', () => {
  const none = summary(host, services, [], DEVELOPMENT)
  assert.match(none, NO_LOGIN)
  assert.doesNotMatch(none, /demo-password-123/)
  const production = summary(host, services, undefined, { ms: 1_000, keepsMail: false })
  assert.doesNotMatch(production, /demo/i)
})

test('where mails are kept it says where they are', () => {
  assert.match(summary(host, services, [], DEVELOPMENT), /Mails +http:\/\/localhost:8000\/dev\/mail/)
  assert.doesNotMatch(summary(host, services, [], { ...DEVELOPMENT, keepsMail: false }), /dev\/mail/)
})
