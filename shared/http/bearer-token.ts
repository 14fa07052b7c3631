import type { FastifyRequest } from 'fastify'

/** The token of an `Authorization: Bearer …` header (the scheme in any case); undefined when there is none or more than one. */
export function bearerToken({ raw }: FastifyRequest): string | undefined {
  const values = raw.headersDistinct.authorization ?? []
  return values.length === 1 ? BEARER.exec(values[0] ?? '')?.[1] : undefined
}

const BEARER = /^Bearer ([A-Za-z0-9._~+/=-]+)$/i
