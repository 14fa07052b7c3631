import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { freePort } from './free-port.ts'

/** Linux gives outgoing connections ports from here on by default; others begin higher. */
const FIRST_OUTGOING = 32_768

test('a free port is none that an outgoing connection may take meanwhile, and can be listened at again and again', async () => {
  for (let i = 0; i < 200; i++) {
    const port = await freePort()
    assert.ok(port >= 1024 && port < FIRST_OUTGOING, `${port} may be given to a connection`)
  }
  const port = await freePort()
  for (let i = 0; i < 2; i++) {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    await new Promise((resolve) => server.close(resolve))
  }
})
