import type { IncomingMessage } from 'node:http'
import { newRequestId } from '#shared/telemetry/request-context.ts'

/** In requests and answers, in lower case as Node has it. */
export const REQUEST_ID = 'x-request-id'

/** What may stand in a line of the log and in a header as it is. */
export const PLAIN_ID = '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'
const PLAIN = new RegExp(PLAIN_ID)

/** The one that a client or a proxy has given it, so that its lines and ours are found together; else a new one. */
export function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers[REQUEST_ID]
  return typeof given === 'string' && PLAIN.test(given) ? given : newRequestId()
}
