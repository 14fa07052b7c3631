import Type, { type Static, type TObject } from 'typebox'
import type { Env } from './env.ts'

/** The token of the published contract. It is public, so production refuses it. */
export const PUBLIC_CRM_TOKEN = 'crm-static-bearer-token-123'

/** Default secret that signs tokens in development; production refuses it. */
export const PUBLIC_JWT_SECRET = 'stillpoint-development-secret-replace-me'

/** Pattern of a bearer token (RFC 6750, `b64token`). */
export const BEARER_TOKEN = '^[A-Za-z0-9._~+/=-]+$'

/** Variables that both services read. Each app's `config.ts` adds its own. */
export const sharedVariables = {
  FLASK_ENV: Type.Enum(['development', 'production', 'testing'], {
    default: 'development',
    description:
      'development, testing (the same as development, for test runners) or production; alias: NODE_ENV. production refuses default, short, equal and guessable secrets, writes no demo data and closes accounts that the demo has left.',
  }),
  HOST: Type.Optional(
    Type.String({
      description:
        'Address to listen on. Default: localhost, in production 0.0.0.0. An address that others can reach refuses published secrets, in development too.',
    }),
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
      'Comma-separated origins whose browser pages may call this API, or * for any (no credentials). http://localhost:* stands for every port. Empty: none but its own in production, http://localhost:* and http://127.0.0.1:* in development.',
  }),
  TRUST_PROXY: Type.String({
    default: '',
    description:
      'Comma-separated addresses or subnets of reverse proxies whose X-Forwarded-For is believed. Empty: none.',
  }),
  PUBLIC_URL: Type.Optional(
    Type.String({
      pattern: '^https?://[^/?#@\\s]+/?$',
      description:
        'The address at which people reach this service, https://studio.example for instance: links are made from it. Unset: from the Host header of each request; the Main API needs it in production unless MAIL=off. In development its host is accepted beside localhost.',
    }),
  ),
  METRICS_TOKEN: Type.Optional(
    Type.String({
      pattern: BEARER_TOKEN,
      description:
        'Token that Prometheus presents at /metrics; in production 32 bytes or more. Unset: /metrics answers only to the machine itself, and not through a proxy.',
    }),
  ),
  DRAIN_SECONDS: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 300,
      description:
        'How long requests are still served after SIGTERM, while /ready says 503, until the load balancer has noticed: a little more than it takes it. Default: 0, in production 5.',
    }),
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: Type.Optional(
    Type.String({
      pattern: '^https?://',
      description:
        'Where OpenTelemetry spans are sent, http://localhost:4318 for instance; all other OTEL_… variables mean what the standard says. Unset: nothing is traced.',
    }),
  ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: Type.Optional(
    Type.String({ pattern: '^https?://', description: 'The same, as the whole address for spans.' }),
  ),
  OTEL_TRACES_EXPORTER: Type.Optional(
    Type.String({ description: 'otlp, console or none. Unset: otlp where there is an endpoint.' }),
  ),
  OTEL_SDK_DISABLED: Type.Optional(
    Type.String({ description: 'true: nothing is traced, whatever else is set.' }),
  ),
  OTEL_SERVICE_NAME: Type.Optional(
    Type.String({
      description: 'What the service is called in traces. Default: stillpoint-booking, stillpoint-crm.',
    }),
  ),
  AUTH_RATE_LIMIT: Type.Enum(['on', 'off'], {
    default: 'on',
    description:
      'on or off. off lifts every limit per person and per address: failed logins, wrong tokens, registrations, bookings, bookings ahead, writes and searches. Only for load tests; production says so in its log.',
  }),
  CRM_BEARER_TOKEN: Type.String({
    default: PUBLIC_CRM_TOKEN,
    pattern: BEARER_TOKEN,
    description:
      'Token that callers of the CRM service present. Must be replaced in production (32 bytes or more), by another value than JWT_SECRET_KEY.',
  }),
} as const

/** The environment with `FLASK_ENV` taken from `NODE_ENV` when only that is set; `test` becomes `testing`. */
export function withAliases(env: Env): Env {
  if (env.FLASK_ENV || !env.NODE_ENV) return env
  return { ...env, FLASK_ENV: env.NODE_ENV === 'test' ? 'testing' : env.NODE_ENV }
}

export type SharedVariables = Static<TObject<typeof sharedVariables>>

/** CORS default in development: only pages served from this machine may read the answers. */
const LOCAL_ORIGINS = ['http://localhost:*', 'http://127.0.0.1:*']

/** The settings that both services have: who may connect, draining (seconds), tracing. */
export function readRunning(vars: SharedVariables, production: boolean) {
  const hasExporter = vars.OTEL_EXPORTER_OTLP_ENDPOINT ?? vars.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT
  const exporter = vars.OTEL_TRACES_EXPORTER ?? (hasExporter ? 'otlp' : 'none')
  return {
    corsOrigins: vars.CORS_ORIGINS === '' && !production ? LOCAL_ORIGINS : csv(vars.CORS_ORIGINS),
    trustProxy: csv(vars.TRUST_PROXY),
    publicUrl: vars.PUBLIC_URL?.replace(/\/$/, ''),
    isLocalOnly: !production,
    metricsToken: vars.METRICS_TOKEN,
    drainSeconds: vars.DRAIN_SECONDS ?? (production ? 5 : 0),
    isTraced: exporter !== 'none' && vars.OTEL_SDK_DISABLED?.toLowerCase() !== 'true',
    tracedAs: vars.OTEL_SERVICE_NAME,
  }
}

/** The parts of a comma-separated list, trimmed, without empty ones. */
export const csv = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
