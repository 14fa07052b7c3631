import Type from 'typebox'
import type { Env } from './env.ts'

/** The token of the published contract: public text, so never good enough for production. */
export const PUBLIC_CRM_TOKEN = 'crm-static-bearer-token-123'

/** What may stand behind `Bearer ` in a header. */
export const BEARER_TOKEN = '^[A-Za-z0-9._~+/=-]+$'

/** Variables that both services read. Each app's `config.ts` adds its own. */
export const sharedVariables = {
  FLASK_ENV: Type.Enum(['development', 'production', 'testing'], {
    default: 'development',
    description:
      'development or production (alias: NODE_ENV). production refuses default or short secrets and writes no demo data.',
  }),
  HOST: Type.Optional(
    Type.String({ description: 'Address to listen on. Default: localhost, in production 0.0.0.0.' }),
  ),
  DATA_DIR: Type.String({
    default: '.data',
    description: 'Where the embedded PostgreSQL clusters and the CRM backup live.',
  }),
  LOG_LEVEL: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
    default: 'info',
    description: 'trace, debug, info, warn, error or silent.',
  }),
  CORS_ORIGINS: Type.String({
    default: '',
    description:
      'Comma-separated origins whose browser pages may call this API, or * for any (no credentials). Empty: same origin only in production, any in development.',
  }),
  TRUST_PROXY: Type.String({
    default: '',
    description:
      'Comma-separated addresses or subnets of reverse proxies whose X-Forwarded-For is believed. Empty: none.',
  }),
  CRM_BEARER_TOKEN: Type.String({
    default: PUBLIC_CRM_TOKEN,
    pattern: BEARER_TOKEN,
    description: 'Token that callers of the CRM service present. Must be replaced in production.',
  }),
} as const

/** `NODE_ENV` stands in for `FLASK_ENV` where only that is set; test runners' values mean development. */
export function withAliases(env: Env): Env {
  if (env.FLASK_ENV || !env.NODE_ENV) return env
  return { ...env, FLASK_ENV: env.NODE_ENV === 'test' ? 'testing' : env.NODE_ENV }
}

/** Says what is wrong with a secret that production is about to use; undefined when it will do. */
export function secretFault(name: string, secret: string, publicDefault: string): string | undefined {
  if (secret === publicDefault)
    return `${name} still has its published default: set it to a random value of 32 bytes or more`
  if (Buffer.byteLength(secret) < 32)
    return `${name} is shorter than 32 bytes: set it to a longer random value`
  return undefined
}

export const csv = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
