import { Pool } from 'undici'
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

export function createCrmClient(baseUrl: string, token: string): CrmClient {
  const { origin, pathname } = new URL(baseUrl)
  const pool = new Pool(origin, { connections: 16, connectTimeout: 2_000, keepAliveTimeout: 30_000 })
  const path = `${pathname.replace(/\/$/, '')}/api/notify`
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
  return {
    async notify(notification, timeoutMs) {
      try {
        const { statusCode, body } = await pool.request({
          method: 'POST',
          path,
          headers,
          body: JSON.stringify(notification),
          signal: AbortSignal.timeout(timeoutMs),
        })
        const answer = await readLimited(body)
        if (statusCode !== 200 && statusCode !== 201) throw new CrmFault(`CRM answered ${statusCode}`)
        if (!isAcknowledgement(answer))
          throw new CrmFault('CRM answered something that is no acknowledgement')
      } catch (error) {
        throw error instanceof CrmFault ? error : new CrmFault(describe(error))
      }
    },
    close: () => pool.destroy(),
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

async function readLimited(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > ANSWER_MAX_BYTES) throw new CrmFault('CRM answer is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function describe(error: unknown): string {
  const { name, code, message } = error as { name?: string; code?: string; message?: string }
  if (name === 'TimeoutError') return 'CRM did not answer in time'
  return `CRM cannot be reached (${code ?? message ?? 'unknown reason'})`
}
