import type { IncomingMessage } from 'node:http'
import { newRequestId } from '#shared/telemetry/request-context.ts'

/** Header of requests and answers, in lower case as in Node's `headers`. */
export const REQUEST_ID = 'x-request-id'

/** Pattern of an id that is safe in log lines and headers. */
export const PLAIN_ID = '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'
const PLAIN = new RegExp(PLAIN_ID)

/** The id that a client or a proxy has given the request, if it is safe; otherwise a new one (decision 0039). */
export function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers[REQUEST_ID]
  return typeof given === 'string' && PLAIN.test(given) ? given : newRequestId()
}
