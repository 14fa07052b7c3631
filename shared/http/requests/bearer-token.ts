import type { IncomingMessage } from 'node:http'
import { countHeader } from './raw-headers.ts'

/** The token of an `Authorization: Bearer …` header (the scheme in any case); undefined when there is none or more than one. */
export function bearerToken(request: IncomingMessage): string | undefined {
  const { authorization } = request.headers
  // Of several headers Node uses the first and a proxy may use the last.
  if (authorization === undefined || countHeader(request, 'authorization') !== 1) return undefined
  return BEARER.exec(authorization)?.[1]
}

const BEARER = /^Bearer ([A-Za-z0-9._~+/=-]+)$/i
