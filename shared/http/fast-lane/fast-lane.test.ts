import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { after, before, test } from 'node:test'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { anEvent, aUser } from '#harness/data/factories.ts'

let booking: TestBooking
let port: number
let token: string
/** Requests that the framework has seen. */
let longWay = 0

before(async () => {
  booking = await startTestBooking({ env: { CORS_ORIGINS: 'https://studio.example,https://other.example' } })
  booking.app.addHook('onRequest', async () => void longWay++)
  await booking.app.listen({ host: '127.0.0.1', port: 0 })
  port = (booking.app.server.address() as AddressInfo).port
  token = (await aUser(booking.deps)).token
  await anEvent(booking.deps)
})
after(() => booking.close())

/** Sends the bytes of one or more requests on one connection; what came back until the server closed it, without the date and the id. */
async function send(...requests: string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.setEncoding('utf8').on('data', (part) => {
    text += part
  })
  socket.write(requests.join(''))
  await once(socket, 'close')
  return text.replaceAll(/^(Date|x-request-id): .*\r\n/gm, '')
}

const get = (path: string, headers: string[] = [`Authorization: Bearer ${token}`], last = true) =>
  `GET ${path} HTTP/1.1\r\nHost: x\r\n${[...headers, ...(last ? ['Connection: close'] : [])].map((line) => `${line}\r\n`).join('')}\r\n`

/** The answer, and whether the framework had to be asked. */
async function ask(bytes: string): Promise<[answer: string, isLong: boolean]> {
  const before = longWay
  const answer = await send(bytes)
  return [answer, longWay > before]
}

test('the lane gives byte for byte what the framework gives', async () => {
  const event_id = await anEvent(booking.deps)
  const origin = 'Origin: https://studio.example'
  for (const path of ['/api/events/', '/api/events?per_page=2&type=session', `/api/events/${event_id}`]) {
    for (const extra of [[], [origin]]) {
      const bytes = get(path, [`Authorization: Bearer ${token}`, ...extra])
      const [first, isFirstLong] = await ask(bytes)
      const [second, isSecondLong] = await ask(bytes)
      assert.deepEqual([isFirstLong, isSecondLong], [true, false], `${path} ${extra}`)
      assert.equal(second, first)
      assert.equal(first.includes('access-control-allow-origin: https://studio.example'), extra.length > 0)
    }
  }
})

test('an answer for one origin is not given to another', async () => {
  const from = (origin: string) =>
    send(get('/api/events/', [`Authorization: Bearer ${token}`, `Origin: ${origin}`]))
  await from('https://studio.example')
  await from('https://studio.example')
  assert.match(await from('https://other.example'), /allow-origin: https:\/\/other\.example/)
  assert.doesNotMatch(await from('https://evil.example'), /allow-origin/)
})

test('it opens to nobody who would not come in otherwise', async () => {
  const closed = await aUser(booking.deps)
  await send(get('/api/events/'))
  await send(get('/api/events/', [`Authorization: Bearer ${closed.token}`]))
  await booking.deps.db.updateTable('users').set({ is_active: false }).where('id', '=', closed.id).execute()
  booking.clock.advance(1)
  await send(get('/api/events/'))
  const cases: Record<string, [headers: string[], status: number]> = {
    'no token': [[], 401],
    'a token that was edited': [[`Authorization: Bearer ${token}x`], 401],
    'a closed account': [[`Authorization: Bearer ${closed.token}`], 401],
    'two tokens': [[`Authorization: Bearer ${token}`, `Authorization: Bearer ${token}`], 401],
    'two hosts': [[`Authorization: Bearer ${token}`, 'Host: y'], 400],
    'another scheme': [[`Authorization: Basic ${token}`], 401],
  }
  for (const [name, [headers, status]] of Object.entries(cases)) {
    assert.match(await send(get('/api/events/', headers)), new RegExp(`^HTTP/1\\.1 ${status} `), name)
  }
})

test('whatever is unusual goes the long way and is answered as ever', async () => {
  await send(get('/api/events/'))
  const authorised = `Host: x\r\nAuthorization: Bearer ${token}\r\n`
  const unusual = {
    'HTTP/1.0': `GET /api/events/ HTTP/1.0\r\n${authorised}\r\n`,
    HEAD: `HEAD /api/events/ HTTP/1.1\r\n${authorised}Connection: close\r\n\r\n`,
    'a body': `GET /api/events/ HTTP/1.1\r\n${authorised}Connection: close\r\nContent-Length: 2\r\n\r\n{}`,
    'a scheme in lower case': get('/api/events/', [`authorization: bearer ${token}`]),
  }
  for (const [name, bytes] of Object.entries(unusual)) {
    const [answer, isLong] = await ask(bytes)
    assert.match(answer, /^HTTP\/1\.1 200 /, name)
    assert.ok(isLong, name)
  }
})

test('requests sent ahead are answered in order, each whole', async () => {
  await send(get('/api/events/'))
  const ahead = Array.from({ length: 20 }, () => get('/api/events/', undefined, false))
  const text = await send(...ahead, get('/api/events/types'))
  const answers = text.split('HTTP/1.1 200 OK').slice(1)
  assert.equal(answers.length, 21)
  assert.ok(answers.slice(0, 20).every((answer) => answer.includes('"pagination"')))
  assert.ok(answers[20]?.includes('"event_types"'))
})

test('a booking is seen at once, and another instance’s after a second', async () => {
  const event_id = await anEvent(booking.deps)
  const taken = async () =>
    Number(/"current_participants":(\d+)/.exec(await send(get(`/api/events/${event_id}`)))?.[1])
  assert.equal(await taken(), 0)
  await booking.request('POST', '/api/bookings/', { token, body: { event_id } })
  assert.equal(await taken(), 1)
  await booking.deps.db
    .updateTable('events')
    .set({ current_participants: 5, revision: 9 })
    .where('id', '=', event_id)
    .execute()
  booking.clock.advance(1)
  assert.equal(await taken(), 5)
})

test('other orders of known parameters share an answer; unknown ones, and origins, are answered the long way', async () => {
  const isLong = async (path: string, origin?: string) => {
    const extra = origin ? [`Origin: ${origin}`] : []
    return (await ask(get(path, [`Authorization: Bearer ${token}`, ...extra])))[1]
  }
  assert.equal(await isLong('/api/events?page=1&per_page=3&type=session'), true)
  assert.equal(await isLong('/api/events?page=1&per_page=3&type=session'), false)
  await isLong('/api/events?type=session&per_page=3&page=1')
  assert.equal(await isLong('/api/events?type=session&per_page=3&page=1'), false)
  await isLong('/api/events')
  const never = [
    '/api/events?_=1',
    '/api/events?page=1&utm_source=x',
    '/api/events?page=1&page=1',
    `/api/events?search=${'x'.repeat(600)}`,
    `/api/events?page=1&%70er_page=2`,
  ]
  for (const path of never) {
    await isLong(path)
    assert.equal(await isLong(path), true, path.slice(0, 40))
  }
  for (let i = 0; i < 3; i++) assert.equal(await isLong('/api/events', `https://${i % 2}.example`), true)
  assert.equal(await isLong('/api/events'), false)
})

test('where every origin may read, they share one answer', async () => {
  const own = await startTestBooking({ env: { CORS_ORIGINS: '*' } })
  let seen = 0
  own.app.addHook('onRequest', async () => void seen++)
  await own.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = own.app.server.address() as AddressInfo
  const { token } = await aUser(own.deps)
  const from = async (origin?: string) => {
    const headers = { authorization: `Bearer ${token}`, ...(origin && { origin }) }
    const { headers: answered } = await fetch(`http://127.0.0.1:${port}/api/events/`, { headers })
    return answered.get('access-control-allow-origin')
  }
  const allowed = [await from(), await from('https://a.example'), await from('https://b.example')]
  assert.deepEqual([allowed, seen], [['*', '*', '*'], 1])
  await own.close()
})
