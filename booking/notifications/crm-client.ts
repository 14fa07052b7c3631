import * as http from 'node:http'
import * as https from 'node:https'
import type { BookingNotification } from '#shared/contracts/booking-notification.schema.ts'

export type CrmClient = {
  /** Resolves when the CRM has acknowledged. Rejects with `CrmFault` when it has not, for whatever reason. */
  notify(notification: BookingNotification, timeoutMs: number): Promise<void>
  close(): Promise<void>
}

/** Why the CRM did not acknowledge, in one line for the log and the outbox. */
export class CrmFault extends Error {
  override name = 'CrmFault'
}

const ANSWER_MAX_BYTES = 64 * 1024

/** Speaks to the CRM over kept-alive connections. Redirects are not followed: the token is for this address only. */
export function createCrmClient(baseUrl: string, token: string): CrmClient {
  const url = new URL(`${baseUrl.replace(/\/+$/, '')}/api/notify`)
  const { Agent } = url.protocol === 'https:' ? https : http
  const agent = new Agent({ keepAlive: true, maxSockets: 16, scheduling: 'fifo' })
  const post = (body: string, timeoutMs: number) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      authorization: `Bearer ${token}`,
    }
    return send(url, { method: 'POST', agent, headers, signal: AbortSignal.timeout(timeoutMs) }, body)
  }
  return {
    async notify(notification, timeoutMs) {
      const { status, text } = await post(JSON.stringify(notification), timeoutMs)
      if (status !== 200 && status !== 201) throw new CrmFault(`CRM answered ${status}`)
      if (!isAcknowledgement(text)) throw new CrmFault('CRM answered something that is no acknowledgement')
    },
    close: async () => agent.destroy(),
  }
}

/** A 200 from anything but a CRM (a proxy's page, say) must not count. */
function isAcknowledgement(text: string): boolean {
  try {
    return Number.isInteger((JSON.parse(text) as { notification_id?: unknown } | null)?.notification_id)
  } catch {
    return false
  }
}

function send(
  url: URL,
  options: https.RequestOptions,
  body: string,
): Promise<{ status: number; text: string }> {
  const { request } = url.protocol === 'https:' ? https : http
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(new CrmFault(describe(error)))
    const outgoing = request(url, options, (answer) => {
      const chunks: Buffer[] = []
      let size = 0
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > ANSWER_MAX_BYTES) answer.destroy(new Error('answer is too large'))
        else chunks.push(chunk)
      })
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      )
      answer.on('error', fail)
    })
    outgoing.on('error', fail)
    outgoing.end(body)
  })
}

function describe(error: unknown): string {
  const { name, code, message } = error as { name?: string; code?: string; message?: string }
  if (name === 'AbortError' || name === 'TimeoutError') return 'CRM did not answer in time'
  return `CRM cannot be reached (${code ?? message ?? 'unknown reason'})`
}
