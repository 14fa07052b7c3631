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
 * A page of any website can give its own name our address (DNS rebinding), and the browser would let it read what it gets
 * here. Such a name has a dot; those that only this machine and its network know have none. Call before other hooks
 * that answer.
 */
export function refuseForeignHosts(
  app: FastifyInstance,
  isKnown: (host: string | undefined) => boolean,
): void {
  app.addHook('onRequest', ({ raw: { headers } }, _reply, done) => {
    done(isKnown(headers.host) ? undefined : unknownHost())
  })
}

export function createLocalHosts(publicUrl: string | undefined): (host: string | undefined) => boolean {
  const publicHost = publicUrl === undefined ? undefined : new URL(publicUrl).hostname
  let known: string | undefined
  return (host) => {
    // Most often it is the same as the last time.
    if (host === undefined || host === known) return true
    const name = nameOf(host)
    const isLocal =
      !name.includes('.') || name.endsWith('.localhost') || isIP(name) !== 0 || name === publicHost
    if (isLocal) known = host
    return isLocal
  }
}

/** Without port, brackets, and the dot that may end a name. */
const nameOf = (host: string): string =>
  host
    .trim()
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
