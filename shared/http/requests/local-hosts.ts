import { isIP } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { AppError } from '#shared/errors/app-error.ts'

const unknownHost = () =>
  new AppError(
    421,
    'unknown_host',
    'This is a development server, for this machine only: call it localhost, or set PUBLIC_URL to the address that you use.',
  )

/**
 * Protects development servers against DNS rebinding, where a foreign website resolves its own name to this machine. Answers
 * 421 for a Host that is not known. Call before other hooks that answer.
 */
export function refuseForeignHosts(
  app: FastifyInstance,
  isKnown: (host: string | undefined) => boolean,
): void {
  app.addHook('onRequest', ({ raw: { headers } }, _reply, done) => {
    done(isKnown(headers.host) ? undefined : unknownHost())
  })
}

/**
 * Returns whether a Host header names this machine: a name without a dot, `*.localhost`, an address, or the host of
 * `publicUrl`. Public names always have a dot.
 */
export function createLocalHosts(publicUrl: string | undefined): (host: string | undefined) => boolean {
  const publicHost = publicUrl === undefined ? undefined : new URL(publicUrl).hostname
  let known: string | undefined
  return (host) => {
    // Usually the same host as in the previous request.
    if (host === undefined || host === known) return true
    const name = nameOf(host)
    const isLocal =
      !name.includes('.') || name.endsWith('.localhost') || isIP(name) !== 0 || name === publicHost
    if (isLocal) known = host
    return isLocal
  }
}

/** The name without port, brackets and a final dot. */
const nameOf = (host: string): string =>
  host
    .trim()
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
