import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, test } from 'node:test'
import { listen, type MessageOf } from './event-stream.ts'

type Answer = (response: ServerResponse, request: IncomingMessage) => void

const realFetch = globalThis.fetch
const lastIds: (string | undefined)[] = []
let answers: Answer[]
const server = createServer((request, response) => {
  lastIds.push(request.headers['last-event-id'] as string | undefined)
  answers.shift()?.(response, request)
})

before(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  Object.assign(globalThis, {
    localStorage: { getItem: () => null },
    fetch: (path: string, init: RequestInit) => realFetch(`${base}${path}`, init),
  })
})
after(() => {
  globalThis.fetch = realFetch
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  lastIds.length = 0
})

const stream =
  (text: string, isOver: boolean): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(text)
    if (isOver) response.end()
  }

/** Listens until so many messages were heard, and says which. */
async function hear(count: number): Promise<MessageOf<'GET /api/events/stream'>[]> {
  const heard: MessageOf<'GET /api/events/stream'>[] = []
  const leaving = new AbortController()
  await listen('GET /api/events/stream', { signal: leaving.signal }, (message) => {
    heard.push(message)
    if (heard.length === count) leaving.abort()
  })
  return heard
}

test('after a break it comes again with the last id, also when that came without a message', async () => {
  answers = [
    stream('id: 7\nevent: seats\ndata: {"a":1}\n\nid: 8\n\n', true),
    stream('event: seats\ndata: {"a":2}\n\n', false),
  ]
  const heard = await hear(2)
  assert.deepEqual(heard, [
    { event: 'seats', data: { a: 1 } },
    { event: 'seats', data: { a: 2 } },
  ])
  assert.deepEqual(lastIds, [undefined, '8'])
})

test('what is refused is not asked for again', async () => {
  answers = [
    (response) => {
      response.writeHead(404, { 'content-type': 'application/json' })
      response.end('{"error":"No such event: check the id.","code":"event_not_found"}')
    },
  ]
  await listen('GET /api/events/stream', { signal: new AbortController().signal }, () => {})
  assert.equal(lastIds.length, 1)
})
