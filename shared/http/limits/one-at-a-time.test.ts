import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { oneAtATime } from './one-at-a-time.ts'

let server: Server
let begun: string[] = []
const doors: (() => void)[] = []

before(async () => {
  server = createServer(
    oneAtATime((request, response) => {
      begun.push(request.url ?? '')
      if (request.url?.startsWith('/large')) return void response.end(Buffer.alloc(64 * 1024 * 1024))
      if (request.url?.startsWith('/ready')) return void response.end(request.url)
      doors.push(() => response.end(request.url))
    }),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
after(() => {
  server.closeAllConnections()
  server.close()
})

function send(...paths: string[]) {
  begun = []
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').setEncoding('utf8')
  const received = { text: '', isClosed: false }
  socket
    .on('error', () => {})
    .on('close', () => {
      received.isClosed = true
    })
  socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`).join(''))
  const take = () =>
    socket.on('data', (part) => {
      received.text += part
    })
  return { socket, received, take }
}

test('requests that were sent ahead are begun one after the other, and answered in order', async () => {
  const { socket, received, take } = send('/ready1', '/a', '/ready2', '/b', '/ready3', '/ready4')
  take()
  await sleep(50)
  assert.deepEqual(begun, ['/ready1', '/a'])
  doors.shift()?.()
  await sleep(50)
  assert.deepEqual(begun, ['/ready1', '/a', '/ready2', '/b'])
  doors.shift()?.()
  await sleep(50)
  const bodies = [...received.text.matchAll(/^\/\w+?(?=HTTP|$)/gm)].map(([body]) => body)
  assert.deepEqual(bodies, ['/ready1', '/a', '/ready2', '/b', '/ready3', '/ready4'])
  socket.write('GET /ready5 HTTP/1.1\r\nHost: x\r\n\r\n')
  await sleep(50)
  assert.match(received.text, /\/ready5$/)
  socket.destroy()
})

test('a client that reads nothing costs one answer, and is disconnected with more than fifty requests ahead', async () => {
  const few = send(...Array<string>(50).fill('/large'))
  await sleep(200)
  assert.deepEqual(begun, ['/large'])
  few.socket.destroy()
  const many = send(...Array<string>(52).fill('/large'))
  many.take()
  await once(many.socket, 'close')
  assert.equal(begun.length, 1)
})

test('what was sent ahead by somebody who has left is not begun', async () => {
  const { socket } = send('/a', '/b')
  await sleep(50)
  socket.destroy()
  await sleep(50)
  doors.shift()?.()
  await sleep(50)
  assert.deepEqual(begun, ['/a'])
})
