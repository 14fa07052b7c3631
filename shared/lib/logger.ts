import { pino } from 'pino'
import { type PrettyOptions, build as pretty } from 'pino-pretty'

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

/** Readable lines in a terminal, one JSON object a line elsewhere. Secrets are replaced before they are written. */
export function createLogger(name: string, level: string) {
  const redact = {
    paths: [...SECRETS, ...SECRETS.flatMap((key) => [`*.${key}`, `*.*.${key}`]), 'req.headers', 'err.config'],
    censor: '[redacted]',
  }
  const options = { name, level, redact, base: { name } }
  if (!process.stdout.isTTY) return pino(options)
  const prettyOptions: PrettyOptions = {
    sync: true,
    ignore: 'name,request,hostname,pid',
    translateTime: 'SYS:HH:MM:ss',
    messageFormat: `${name.padEnd(7)} {msg}`,
  }
  return pino(options, pretty(prettyOptions))
}

export type Logger = ReturnType<typeof createLogger>
