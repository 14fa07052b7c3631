import { pino } from 'pino'
import type { PrettyOptions } from 'pino-pretty'
import { currentRequest } from './request-context.ts'

const SECRETS = [
  'password',
  'current_password',
  'new_password',
  'token',
  'access_token',
  'refresh_token',
  'authorization',
  'password_hash',
]

/** A development dependency: production installations have no pino-pretty. */
const pretty = process.stdout.isTTY ? await import('pino-pretty').catch(() => undefined) : undefined

/** A pino logger: readable lines in a terminal, one JSON object a line elsewhere. Secrets are redacted. */
export function createLogger(name: string, level: string) {
  const redact = {
    paths: [...SECRETS, ...SECRETS.flatMap((key) => [`*.${key}`, `*.*.${key}`]), 'req.headers', 'err.config'],
    censor: '[redacted]',
  }
  const options = { name, level, redact, base: { name }, mixin: currentRequestId }
  if (!pretty) return pino(options)
  const prettyOptions: PrettyOptions = {
    sync: true,
    ignore: 'name,request,hostname,pid',
    translateTime: 'SYS:HH:MM:ss',
    messageFormat: `${name.padEnd(7)} {msg}`,
  }
  return pino(options, pretty.build(prettyOptions))
}

function currentRequestId(): object {
  const request = currentRequest()
  return request ? { request: request.id } : {}
}

export type Logger = ReturnType<typeof createLogger>
