import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LaunchedService } from './settings.ts'

type Answer = { isHealthy: boolean; isStillpoint: boolean }

const POLL_MS = 50
const ANSWER_MAX_MS = 1_000

/** A sentence when something already listens on the port of the service; undefined when the port is free. */
export async function whyTaken(host: string, service: LaunchedService): Promise<string | undefined> {
  const answer = isPort(service.port) ? await askHealth(host, service.port) : undefined
  if (!answer) return undefined
  const { name, port, portVariable } = service
  return answer.isStillpoint
    ? `Stillpoint is already running: its ${name} answers on port ${port}. Stop it first, or start a second one ` +
        `with its own ${portVariable} and DATA_DIR.`
    : `Port ${port} is taken by another program, so the ${name} cannot start. Stop that program, or set ` +
        `${portVariable} to a free port.`
}

/** Resolves when `/health` answers 200, or when `isOver` returns true. */
export async function waitForAnswer(host: string, port: number, isOver: () => boolean): Promise<void> {
  if (!isPort(port)) return
  while (!isOver() && !(await askHealth(host, port))?.isHealthy) await sleep(POLL_MS)
}

/** Undefined when nothing listens. On a socket, because Node's HTTP client would cost the launcher 15 MB. */
function askHealth(host: string, port: number): Promise<Answer | undefined> {
  const { promise, resolve } = Promise.withResolvers<Answer | undefined>()
  const socket = connect({ host: reachable(host), port, autoSelectFamily: true })
  let text = ''
  let isListening = false
  const finish = () => {
    socket.destroy()
    const isHealthy = /^HTTP\/1\.1 200 /.test(text)
    const isStillpoint = /"database":\s*"(dis)?connected"|"CRM Notification Service"/.test(text)
    resolve(isListening ? { isHealthy, isStillpoint } : undefined)
  }
  socket.setTimeout(ANSWER_MAX_MS, finish)
  socket.once('connect', () => {
    isListening = true
    socket.write(`GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
  })
  socket.on('data', (chunk) => {
    text += chunk
  })
  socket.once('error', () => {})
  socket.once('close', finish)
  return promise
}

function reachable(host: string): string {
  return host === '0.0.0.0' || host === '::' ? 'localhost' : host
}

export function isPort(port: number): boolean {
  return Number.isInteger(port) && port > 0 && port < 65_536
}
