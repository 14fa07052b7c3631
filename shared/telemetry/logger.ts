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

/** For people at a terminal, so it is not installed where there are none. */
const pretty = process.stdout.isTTY ? await import('pino-pretty').catch(() => undefined) : undefined

/** Readable lines in a terminal, one JSON object a line elsewhere. Secrets are replaced before they are written. */
export function createLogger(name: string, level: string) {
  const redact = {
    paths: [...SECRETS, ...SECRETS.flatMap((key) => [`*.${key}`, `*.*.${key}`]), 'req.headers', 'err.config'],
    censor: '[redacted]',
  }
  const options = { name, level, redact, base: { name }, mixin: requestAtWork }
  if (!pretty) return pino(options)
  const prettyOptions: PrettyOptions = {
    sync: true,
    ignore: 'name,request,hostname,pid',
    translateTime: 'SYS:HH:MM:ss',
    messageFormat: `${name.padEnd(7)} {msg}`,
  }
  return pino(options, pretty.build(prettyOptions))
}

/** On whose behalf the line was written. */
function requestAtWork(): object {
  const request = currentRequest()
  return request ? { request: request.id } : {}
}

export type Logger = ReturnType<typeof createLogger>
