import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import Fastify from 'fastify'
import { pino } from 'pino'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'
import type { App } from '#shared/http/app.ts'
import { closeSlowReaders } from '#shared/http/limits/slow-readers.ts'
import { createServer } from '#shared/http/server.ts'
import { type FileFormat, sendFile } from './send-table.ts'

const CSV: FileFormat = { kind: 'csv', separator: ',' }
const PIECE = `${'x'.repeat(64 * 1024)}\r\n`

let app: App
let port: number
let sent = 0
let ended = 0

async function* endless() {
  try {
    for (;;) {
      sent++
      yield PIECE
      await sleep(1)
    }
  } finally {
    ended++
  }
}

before(async () => {
  app = await createServer({ log: pino({ level: 'silent' }), corsOrigins: [], trustProxy: [] })
  app.get('/endless.csv', { config: { isExport: true } }, (_request, reply) =>
    sendFile(reply, CSV, 'endless', endless()),
  )
  app.get('/broken.csv', { config: { isExport: true } }, (_request, reply) =>
    sendFile(reply, CSV, 'broken', broken()),
  )
  await app.listen({ host: '127.0.0.1', port: 0 })
  port = (app.server.address() as AddressInfo).port
})
after(() => app.close())

// biome-ignore lint/correctness/useYield: it fails before it has anything to yield.
async function* broken(): AsyncGenerator<string> {
  throw new Error('the table is gone')
}

async function download(port: number): Promise<IncomingMessage> {
  const request = get({ port, host: '127.0.0.1', path: '/endless.csv', agent: false }).on('error', () => {})
  const [response] = await once(request, 'response')
  return response.on('error', () => {})
}

test('what fails before the first piece is an error, not half a file', async () => {
  const { statusCode, headers } = await app.inject('/broken.csv')
  assert.deepEqual([statusCode, headers['content-type']], [500, 'application/json; charset=utf-8'])
  assert.equal(headers['content-disposition'], undefined)
})

test('a file goes as fast as it is taken, and stops when nobody takes it any more', async () => {
  sent = 0
  const response = await download(port)
  response.pause()
  // What is sent ahead is what the buffers on the way hold.
  await waitUntil(async () => {
    const before = sent
    await sleep(100)
    return sent === before
  }, 10_000)
  assert.ok(sent < 400, `${sent} pieces`)
  const ahead = sent
  response.resume()
  await waitUntil(() => sent > 2 * ahead, 10_000)
  const endedBefore = ended
  response.destroy()
  await waitUntil(() => ended > endedBefore, 10_000)
})

test('a long download may go on, one that stands still may not', async () => {
  const own = Fastify()
  closeSlowReaders(own, { readFileMaxMs: 300 })
  const config = { isExport: true }
  own.get('/endless.csv', { config }, (_request, reply) => sendFile(reply, CSV, 'endless', endless()))
  await own.listen({ host: '127.0.0.1', port: 0 })
  const response = await download((own.server.address() as AddressInfo).port)
  let isOver = false
  response.once('close', () => {
    isOver = true
  })
  // More slowly than it could come, so that something always waits.
  for (const beganAt = performance.now(); performance.now() - beganAt < 2_000; ) {
    response.read()
    await sleep(10)
  }
  assert.equal(isOver, false)
  await sleep(1_500)
  response.resume()
  await waitUntil(() => isOver, 5_000)
  await own.close()
})
