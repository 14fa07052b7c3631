import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { createServer } from '#shared/http/server.ts'
import { bareAddresses, createTrust } from './client-address.ts'

const log = pino({ level: 'silent' })

test('a port behind a forwarded address is left out', () => {
  const cases: Record<string, string> = {
    '1.2.3.4': '1.2.3.4',
    '1.2.3.4:5678': '1.2.3.4',
    '[2001:db8::1]:443': '2001:db8::1',
    '"[2001:db8::1]:443"': '2001:db8::1',
    '[2001:db8::1]': '2001:db8::1',
    '2001:db8::1': '2001:db8::1',
    '1.2.3.4:1, 5.6.7.8:2': '1.2.3.4, 5.6.7.8',
  }
  for (const [given, expected] of Object.entries(cases)) assert.equal(bareAddresses(given), expected, given)
})

test('what stands left of an entry that is no address is not believed', () => {
  assert.equal(bareAddresses('9.9.9.9, unknown, 1.2.3.4'), '1.2.3.4')
  assert.equal(bareAddresses('9.9.9.9, unknown'), '')
  assert.equal(bareAddresses('9.9.9.9, 1.2.3.4:99:99'), '')
})

test('the client of a trusted proxy has its own address; anybody else’s word counts for nothing', async () => {
  const ask = async (trustProxy: string[], forwardedFor: string) => {
    const app = await createServer({ log, corsOrigins: [], trustProxy })
    app.get('/ip', ({ ip }) => ({ ip }))
    const { ip } = (await app.inject({ url: '/ip', headers: { 'x-forwarded-for': forwardedFor } })).json()
    await app.close()
    return ip
  }
  assert.equal(await ask(['127.0.0.1'], '1.2.3.4:5678'), '1.2.3.4')
  assert.equal(await ask(['127.0.0.0/8'], '[2001:db8::1]:443'), '2001:db8::1')
  assert.equal(await ask(['loopback'], '9.9.9.9, 1.2.3.4'), '1.2.3.4')
  assert.equal(await ask(['loopback'], '9.9.9.9, somebody'), '127.0.0.1')
  assert.equal(await ask([], '1.2.3.4'), '127.0.0.1')
  assert.equal(await ask(['10.0.0.1'], '1.2.3.4'), '127.0.0.1')
})

test('proxies are named by address, by subnet in both spellings, and by the name of a range', () => {
  const trust = createTrust(['10.1.2.3', '192.168.0.0/255.255.0.0', 'fd00::/8', 'loopback'])
  const trusted = ['10.1.2.3', '::ffff:10.1.2.3', '192.168.9.9', 'fd00::5', '127.0.0.1', '::1']
  for (const address of trusted) assert.ok(trust(address), address)
  for (const address of ['10.1.2.4', '192.169.0.1', 'fe80::1', '8.8.8.8', 'x', undefined])
    assert.ok(!trust(address), String(address))
})

test('a proxy that is neither address nor subnet is refused in a sentence', () => {
  for (const wrong of ['proxy.example', '10.0.0.0/33', '10.0.0', '10.0.0.0/', '10.0.0.0/8/8', '/8'])
    assert.throws(() => createTrust([wrong]), new RegExp(`TRUST_PROXY has ${wrong},`))
})
