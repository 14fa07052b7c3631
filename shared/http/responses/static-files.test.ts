import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import Fastify from 'fastify'
import { pino } from 'pino'
import type { App } from '#shared/http/app.ts'
import { closeSlowReaders } from '#shared/http/limits/slow-readers.ts'
import { createServer } from '#shared/http/server.ts'
import { cacheFolder, FILE_ROUTE, serveFiles } from './static-files.ts'

const CSS = 'a { color: red }'
const LARGE = randomBytes(1_000_000)
const CSS_TYPE = 'text/css; charset=utf-8'
const sent: unknown[] = []
const pieces: Buffer[] = []

let app: App

before(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stillpoint-files-'))
  writeFileSync(join(folder, 'a.css'), CSS)
  writeFileSync(join(folder, 'a.css.br'), 'br')
  writeFileSync(join(folder, 'a.css.gz'), 'gz')
  writeFileSync(join(folder, 'b.js'), 'let b')
  writeFileSync(join(folder, 'c.png'), 'png')
  writeFileSync(join(folder, 'large.png'), LARGE)
  const files = await cacheFolder(folder)
  rmSync(folder, { recursive: true })
  app = await createServer({
    log: pino({ level: 'silent' }),
    corsOrigins: ['https://studio.example'],
    trustProxy: [],
  })
  app.addHook('onSend', async (_request, _reply, payload) => {
    sent.push(payload)
    if (payload instanceof Readable) payload.on('data', (piece) => pieces.push(piece))
  })
  serveFiles(app, '/files', files, 'no-cache')
})
after(() => app.close())

const get = (name: string, headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') =>
  app.inject({ method, url: `/files/${name}`, headers })

test('a file is read once, and every answer sends the same bytes', async () => {
  for (const headers of [{}, { 'accept-encoding': 'br' }, { 'accept-encoding': 'gzip' }]) {
    sent.length = 0
    await Promise.all([get('a.css', headers), get('a.css', headers)])
    assert.ok(Buffer.isBuffer(sent[0]))
    assert.equal(sent.length, 2)
    assert.ok(sent[0] === sent[1])
  }
})

test('a large one goes whole, in pieces of the same bytes, between which others have their turn', async () => {
  let turns = 0
  let isOver = false
  const count = () => {
    turns++
    if (!isOver) setImmediate(count)
  }
  count()
  const [{ rawPayload, headers }] = await Promise.all([get('large.png'), get('large.png')])
  isOver = true
  assert.ok(rawPayload.equals(LARGE))
  assert.equal(headers['content-length'], String(LARGE.length))
  assert.ok(turns > 10, `${turns} turns`)
  assert.equal(pieces.length, 32)
  assert.equal(new Set(pieces.map(({ buffer }) => buffer)).size, 1)
})

test('who can read it gets it compressed, by a copy that lies there or one that is made', async () => {
  const cases: [name: string, accepted: string, coding: string | undefined][] = [
    ['a.css', 'gzip, deflate, br', 'br'],
    ['a.css', 'gzip;q=1.0, br;q=0', 'gzip'],
    ['a.css', 'identity', undefined],
    ['a.css', 'brotli, xgzip', undefined],
    ['b.js', 'br, gzip;q=0.5', 'gzip'],
    ['b.js', 'br', undefined],
    ['c.png', 'gzip', undefined],
  ]
  for (const [name, accepted, coding] of cases) {
    const { headers } = await get(name, { 'accept-encoding': accepted })
    assert.equal(headers['content-encoding'], coding, `${name} for ${accepted}`)
    assert.match(String(headers.vary), /accept-encoding/)
  }
  assert.equal((await get('a.css', { 'accept-encoding': 'gzip' })).body, 'gz')
  const { rawPayload, headers } = await get('b.js', { 'accept-encoding': 'gzip' })
  assert.equal(String(gunzipSync(rawPayload)), 'let b')
  assert.equal(headers['content-type'], 'text/javascript; charset=utf-8')
})

test('who has it already is told so, and only then', async () => {
  const first = await get('a.css')
  assert.deepEqual(
    [first.body, first.headers['content-type'], first.headers['cache-control']],
    [CSS, CSS_TYPE, 'no-cache'],
  )
  const tag = String(first.headers.etag)
  for (const known of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
    const { statusCode, body, headers } = await get('a.css', { 'if-none-match': known })
    assert.deepEqual(
      [statusCode, body, headers.etag, headers['cache-control']],
      [304, '', tag, 'no-cache'],
      known,
    )
  }
  const others = [tag.slice(0, -2), '"other"', String((await get('b.js')).headers.etag)]
  for (const known of others)
    assert.equal((await get('a.css', { 'if-none-match': known })).statusCode, 200, known)
  // What is compressed in another way is not the same.
  const packed = await get('a.css', { 'if-none-match': tag, 'accept-encoding': 'br' })
  assert.deepEqual([packed.statusCode, packed.body], [200, 'br'])
})

test('HEAD says how long it is, and sends nothing', async () => {
  assert.equal((await get('large.png', {}, 'HEAD')).headers['content-length'], String(LARGE.length))
  const { statusCode, headers, body } = await get('a.css', {}, 'HEAD')
  assert.deepEqual([statusCode, body, headers['content-length']], [200, '', String(CSS.length)])
})

test('what is not among the files is not there, nor are the compressed copies by their own names', async () => {
  for (const name of ['', 'none.js', 'a.css.br', '../a.css', '%2e%2e/a.css', '/a.css', '__proto__', '%00'])
    assert.equal((await get(name)).statusCode, 404, name)
})

test('an origin that is allowed does not hide that compression counts', async () => {
  const { headers } = await get('a.css', { origin: 'https://studio.example' })
  assert.equal(String(headers.vary).toLowerCase(), 'origin, accept-encoding')
})

test('a client has more time to read a file than other answers, and not without limit', async () => {
  const own = Fastify()
  closeSlowReaders(own, { readAnswerMaxMs: 20_000, readFileMaxMs: 100 })
  own.get('/large.js', FILE_ROUTE, async () => Buffer.alloc(32 * 1024 * 1024))
  await own.listen({ host: '127.0.0.1', port: 0 })
  const deaf = connect((own.server.address() as AddressInfo).port, '127.0.0.1').pause()
  deaf.write('GET /large.js HTTP/1.1\r\nHost: localhost\r\n\r\n')
  const [socket] = (await once(own.server, 'connection')) as [Socket]
  try {
    await once(socket, 'close', { signal: AbortSignal.timeout(10_000) })
  } finally {
    deaf.destroy()
    await own.close()
  }
})
