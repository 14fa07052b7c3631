import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Variety } from './slow-clients.varieties.ts'

/** A client that wants nothing but to be served: each of its questions in turn, on a connection of its own. */
export type Question = { name: string; ask(): Promise<Response> }

export type Outcome = { asked: number; served: number; worstMs: number; refusals: string[] }

const REOPEN_MS = 200
const TRICKLE_MS = 500
const ASK_MAX_MS = 10_000
/** Who guesses comes from here on. */
const ELSEWHERE = '127.0.0.'

/** Keeps so many connections of a variety open, and asks the questions over and over until there are `count` answers. */
export async function holdOut(
  port: number,
  variety: Variety,
  { connections, questions, count }: { connections: number; questions: Question[]; count: number },
): Promise<Outcome> {
  let isOver = false
  const sockets = new Set<Socket>()
  const keep = async (i: number) => {
    while (!isOver) {
      await dawdle(port, variety, i, sockets)
      await sleep(REOPEN_MS)
    }
  }
  const attackers = Array.from({ length: connections }, (_, i) => keep(i))
  // Until they are all in, and what they have begun is under way.
  await sleep(1_000)
  const outcome: Outcome = { asked: 0, served: 0, worstMs: 0, refusals: [] }
  while (outcome.asked < count) {
    const question = questions[outcome.asked % questions.length] as Question
    const askedAt = performance.now()
    const told = await question.ask().then(
      async (answer) => ({ isServed: answer.ok, text: `${answer.status} ${await answer.text()}` }),
      (error: Error) => ({ isServed: false, text: error.message }),
    )
    outcome.asked++
    outcome.worstMs = Math.max(outcome.worstMs, performance.now() - askedAt)
    if (told.isServed) outcome.served++
    else outcome.refusals.push(`${question.name}: ${told.text.slice(0, 120)}`)
  }
  isOver = true
  for (const socket of sockets) socket.destroy()
  await Promise.all(attackers)
  return outcome
}

/** Behaves as the variety does until the other side, or the end, closes the connection. */
async function dawdle(port: number, variety: Variety, i: number, sockets: Set<Socket>): Promise<void> {
  const { addresses = 0, isDeaf, isRepeated, trickle } = variety
  const localAddress = addresses === 0 ? '127.0.0.1' : `${ELSEWHERE}${2 + (i % addresses)}`
  const socket = connect({ port, host: '127.0.0.1', localAddress })
  const { promise: closed, resolve } = Promise.withResolvers<void>()
  sockets.add(socket)
  socket.on('error', () => {}).on('close', () => resolve())
  socket.write(variety.bytes(i))
  if (isDeaf) socket.pause()
  else if (isRepeated) askAgain(socket, () => variety.bytes(i))
  else socket.resume()
  // A paused socket hears of its end only when it writes.
  const timer = setInterval(() => void socket.write(trickle ?? (isDeaf ? '\r\n' : '')), TRICKLE_MS)
  await closed
  clearInterval(timer)
  sockets.delete(socket)
}

/** Sends the same again when all of it has been answered. */
function askAgain(socket: Socket, bytes: () => string): void {
  const asked = count(bytes())
  let answered = 0
  socket.setEncoding('latin1').on('data', (text) => {
    answered += count(String(text))
    if (answered < asked) return
    answered = 0
    socket.write(bytes())
  })
}

/** Each request and each answer has it once. */
const count = (text: string): number => text.split('HTTP/1.1').length - 1

export type PoliteClient = { token: string; email: string; password: string; eventIds: number[] }

/** What somebody who books does. Each booking takes an event of its own from `eventIds`. */
export function bookingQuestions(
  url: string,
  { token, email, password, eventIds }: PoliteClient,
): Question[] {
  const post = (path: string, body: object) =>
    fetch(url + path, {
      method: 'POST',
      headers: { ...JSON_HEADERS, authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ASK_MAX_MS),
    })
  const get = (path: string) =>
    fetch(url + path, {
      headers: { connection: 'close', authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(ASK_MAX_MS),
    })
  return [
    { name: 'bookings', ask: () => get('/api/bookings/') },
    { name: 'programme', ask: () => get('/api/programme') },
    { name: 'login', ask: () => post('/api/auth/login', { email, password }) },
    { name: 'booking', ask: () => post('/api/bookings/', { event_id: eventIds.pop() }) },
  ]
}

const JSON_HEADERS = { 'content-type': 'application/json', connection: 'close' }

/** What the Main API and the studio's staff do. */
export function crmQuestions(url: string, token: string, notification: () => object): Question[] {
  const authorization = `Bearer ${token}`
  const signal = () => AbortSignal.timeout(ASK_MAX_MS)
  return [
    {
      name: 'list',
      ask: () =>
        fetch(`${url}/api/bookings`, { headers: { connection: 'close', authorization }, signal: signal() }),
    },
    {
      name: 'notify',
      ask: () =>
        fetch(`${url}/api/notify`, {
          method: 'POST',
          headers: { ...JSON_HEADERS, authorization },
          body: JSON.stringify(notification()),
          signal: signal(),
        }),
    },
  ]
}
