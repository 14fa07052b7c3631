import type { FastifyRequest } from 'fastify'

/** The token of an `Authorization: Bearer …` header (the scheme in any case); undefined when there is none or more than one. */
export function bearerToken({ raw }: FastifyRequest): string | undefined {
  // Node keeps only the first of several such headers; another server in front might have looked at the last.
  const names = raw.rawHeaders.filter(isAuthorization)
  return names.length === 1 ? BEARER.exec(raw.headers.authorization ?? '')?.[1] : undefined
}

const isAuthorization = (text: string, i: number) =>
  i % 2 === 0 && text.length === 13 && text.toLowerCase() === 'authorization'

const BEARER = /^Bearer ([A-Za-z0-9._~+/=-]+)$/i
