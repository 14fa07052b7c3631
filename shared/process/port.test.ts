import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { refuseTakenPort } from './port.ts'

test('a taken port is refused with its number, its setting and what to do; a free one is left free', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const place = { host: '127.0.0.1', port: (other.address() as { port: number }).port }
  const sentence = new RegExp(`^Error: Port ${place.port} is already in use.* or set API_PORT to another`)
  await assert.rejects(refuseTakenPort(place, 'API_PORT'), sentence)
  other.close()
  await once(other, 'close')
  await refuseTakenPort(place, 'API_PORT')
  await refuseTakenPort(place, 'API_PORT')
})

test('an address of another machine is refused as that, and so is none at all', async () => {
  for (const host of ['192.0.2.1', 'no.such.host.invalid']) {
    const sentence = new RegExp(`^Error: HOST=${host} is no address of this machine`)
    await assert.rejects(refuseTakenPort({ host, port: 0 }, 'API_PORT'), sentence)
  }
})
