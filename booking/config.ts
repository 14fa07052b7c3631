import { join, resolve } from 'node:path'
import Type from 'typebox'
import { csv, PUBLIC_JWT_SECRET, readRunning, sharedVariables, withAliases } from '#shared/config/config.ts'
import { type Env, processEnv, readEnv } from '#shared/config/env.ts'
import { parseMailbox, smtpFault } from '#shared/config/mail-settings.ts'
import {
  equalityFault,
  productionWarnings,
  publishedFault,
  secretFault,
} from '#shared/config/secret-rules.ts'
import { databaseFault, sharedFaults, urlFault } from '#shared/config/setting-rules.ts'
import { readTimeZone } from '#shared/lib/wall-time.ts'

const COUNT = { minimum: 0, maximum: 1_000_000 }

export const BookingEnv = Type.Object({
  ...sharedVariables,
  API_PORT: Type.Integer({ minimum: 0, maximum: 65535, default: 8000, description: 'Port of the Main API.' }),
  API_PROCESSES: Type.Integer({
    minimum: 1,
    maximum: 64,
    default: 1,
    description: 'Processes of the Main API that share its port: one for each core that it may use.',
  }),
  DATABASE_URL: Type.Optional(
    Type.String({
      pattern: '^postgres(ql)?://',
      description:
        'An external PostgreSQL for the Main API: postgresql://user:password@host1:5432,host2:5432/name, the primary among several hosts is found. TLS: sslmode=verify-full&sslrootcert=FILE. Behind PgBouncer: pgbouncer=true. See docs/databases.md. Unset: embedded PostgreSQL in DATA_DIR.',
    }),
  ),
  DATABASE_REPLICA_URL: Type.Optional(
    Type.String({
      pattern: '^postgres(ql)?://',
      description:
        'A standby of DATABASE_URL that lists and searches of events are read from. What it does not know yet is read from the primary. Unset: everything is.',
    }),
  ),
  JWT_SECRET_KEY: Type.String({
    default: PUBLIC_JWT_SECRET,
    description:
      'Secret that signs access and refresh tokens. Must be replaced in production (32 bytes or more).',
  }),
  JWT_SECRET_KEY_PREVIOUS: Type.Optional(
    Type.String({
      description:
        'Another secret (in production 32 bytes or more) whose tokens are accepted, while JWT_SECRET_KEY is changed: first the next one, so that all instances know it, then the one before.',
    }),
  ),
  GOOGLE_CLIENT_ID: Type.Optional(
    Type.String({ description: 'Google OAuth client id. Unset: Google login answers 503.' }),
  ),
  CURRENCY: Type.String({
    default: 'EUR',
    pattern: '^[A-Z]{3}$',
    description: 'What prices are in, an ISO 4217 code: for the web app, which shows it.',
  }),
  STUDIO_TIMEZONE: Type.Optional(
    Type.String({
      description:
        "An IANA time zone such as Europe/Berlin, which the web app proposes for new events. Unset: that of the facilitator's last event, or the browser's.",
    }),
  ),
  EMBED_ORIGINS: Type.String({
    default: '',
    description:
      'Comma-separated origins whose pages may show the list of events in a frame (docs/embedding.md), such as https://www.studio.example. Empty: none.',
  }),
  GOOGLE_JWKS_URL: Type.String({
    default: 'https://www.googleapis.com/oauth2/v3/certs',
    pattern: '^https?://',
    description: "Where Google's public signing keys are read from.",
  }),
  CRM_SERVICE_URL: Type.String({
    default: 'http://localhost:8003',
    pattern: '^https?://',
    description:
      'Base URL of the CRM service that is told about every booking. Required in production, except with npm start, which knows where it starts the CRM.',
  }),
  DEMO_DATA: Type.Enum(['on', 'off'], {
    default: 'on',
    description:
      'on or off. on: an empty development database gets demo accounts and upcoming events. Ignored in production.',
  }),
  FAST_LANE: Type.Enum(['on', 'off'], {
    default: 'on',
    description:
      'on: event pages that are known are answered before the framework is asked. off: to rule it out when looking for a fault.',
  }),
  RECONCILE_MINUTES: Type.Integer({
    minimum: 0,
    maximum: 10_000,
    default: 15,
    description:
      'How often bookings are compared with the CRM, which is told again what it missed. 0: never.',
  }),
  REGISTRATIONS_PER_ADDRESS: Type.Optional(
    Type.Integer({
      ...COUNT,
      description:
        'New accounts from one address in 15 minutes; twice as many from an IPv6 /56, four times from a /48. 0: no limit. Default: 600, in production 20.',
    }),
  ),
  BOOKINGS_PER_MINUTE: Type.Integer({
    ...COUNT,
    default: 30,
    description:
      'Seats and places on waiting lists that one account may take in a minute, in each process. What is refused does not count. 0: no limit.',
  }),
  BOOKINGS_PER_MINUTE_ADDRESS: Type.Integer({
    ...COUNT,
    default: 120,
    description: 'The same for all accounts at one address. 0: no limit.',
  }),
  WRITES_PER_MINUTE: Type.Integer({
    ...COUNT,
    default: 240,
    description:
      'Requests that change something, logins among them, which one account may send in a minute, in each process. 0: no limit.',
  }),
  SEARCHES_PER_MINUTE: Type.Integer({
    ...COUNT,
    default: 120,
    description:
      'Searches that one account, or one address without an account, may ask for in a minute, in each process. 0: no limit.',
  }),
  PUBLIC_READS_PER_MINUTE: Type.Integer({
    ...COUNT,
    default: 600,
    description:
      'Requests for the public programme, its pages and pictures that one address may send in a minute, in each process. 0: no limit.',
  }),
  BOOKINGS_AHEAD_MAX: Type.Integer({
    ...COUNT,
    default: 50,
    description:
      'How many bookings and places on waiting lists one account may have of events that are not over. 0: no limit.',
  }),
  BOOKINGS_AHEAD_MAX_UNPROVEN: Type.Integer({
    ...COUNT,
    default: 10,
    description:
      'The same for accounts whose e-mail address has not been proven, by a link that was mailed to it or by Google. 0: no limit.',
  }),
  MAIL: Type.Enum(['on', 'off'], {
    default: 'on',
    description:
      'on or off. on: people are written to about their bookings; production needs SMTP_URL for it. off: nobody is, and what needs mail says so.',
  }),
  SMTP_URL: Type.Optional(
    Type.String({
      pattern: '^smtps?://',
      description:
        'The server that sends mail: smtps://user:password@smtp.example.com:465, or smtp://…:587, which becomes TLS by STARTTLS (always, where there is a password and the server is not this machine). Percent-encode special characters of the password. Required in production unless MAIL=off; unset in development: mails are kept and shown at /dev/mail.',
    }),
  ),
  MAIL_FROM: Type.Optional(
    Type.String({
      description:
        'Whom mails are from: studio@example.com or Name <studio@example.com>, by default with the name STUDIO_NAME. Required with SMTP_URL, so in production too.',
    }),
  ),
  MAILS_PER_SECOND: Type.Number({
    minimum: 0.1,
    maximum: 1_000,
    default: 10,
    description: 'How many mails each process sends at most in a second: what the server of SMTP_URL allows.',
  }),
  STUDIO_NAME: Type.String({
    default: 'Stillpoint',
    maxLength: 100,
    description: 'What the studio is called in mails.',
  }),
  STUDIO_ADDRESS: Type.Optional(
    Type.String({ maxLength: 300, description: 'Where the studio is, for the end of each mail.' }),
  ),
})

export type BookingConfig = ReturnType<typeof loadConfig>

/** Reads and validates the environment. Throws `ConfigError` with every fault. */
export function loadConfig(env: Env = processEnv()) {
  const vars = readEnv(BookingEnv, withAliases(env), (values) => findFaults(values, env))
  const production = vars.FLASK_ENV === 'production'
  const host = hostOf(vars)
  return Object.freeze({
    production,
    warnings: production ? findWarnings(vars) : [],
    ...readRunning(vars, production),
    host,
    port: vars.API_PORT,
    processes: vars.API_PROCESSES,
    dataDir: resolve(join(vars.DATA_DIR, 'booking')),
    databaseUrl: vars.DATABASE_URL,
    replicaUrl: vars.DATABASE_REPLICA_URL,
    jwtSecret: vars.JWT_SECRET_KEY,
    previousJwtSecret: vars.JWT_SECRET_KEY_PREVIOUS,
    googleClientId: vars.GOOGLE_CLIENT_ID,
    currency: vars.CURRENCY,
    studioTimezone: vars.STUDIO_TIMEZONE && readTimeZone(vars.STUDIO_TIMEZONE),
    embedOrigins: csv(vars.EMBED_ORIGINS),
    googleJwksUrl: vars.GOOGLE_JWKS_URL,
    crmUrl: vars.CRM_SERVICE_URL.replace(/\/+$/, ''),
    crmToken: vars.CRM_BEARER_TOKEN,
    fastLane: vars.FAST_LANE === 'on',
    demoData: vars.DEMO_DATA === 'on' && !production,
    reconcileMinutes: vars.RECONCILE_MINUTES,
    /** Undefined: no limit. */
    aheadMax: readAheadMax(vars),
    /** Sessions per account. */
    sessionsMax: vars.AUTH_RATE_LIMIT === 'on' ? 100 : 100_000,
    authRateLimit: vars.AUTH_RATE_LIMIT === 'on',
    // Test clients register many people from one address.
    registrationsPerAddress: vars.REGISTRATIONS_PER_ADDRESS ?? (production ? 20 : 600),
    bookingsPerMinute: vars.BOOKINGS_PER_MINUTE,
    bookingsPerMinuteAddress: vars.BOOKINGS_PER_MINUTE_ADDRESS,
    writesPerMinute: vars.WRITES_PER_MINUTE,
    searchesPerMinute: vars.SEARCHES_PER_MINUTE,
    /** Undefined: no mail is sent. */
    mail: vars.MAIL === 'on' ? readMail(vars, host) : undefined,
    publicReadsPerMinute: vars.PUBLIC_READS_PER_MINUTE,
    logLevel: vars.LOG_LEVEL,
  })
}

export type MailSettings = ReturnType<typeof readMail>

function readMail(vars: Vars, host: string) {
  const from = parseMailbox(vars.MAIL_FROM ?? 'studio@localhost.invalid')
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host
  return {
    /** Undefined: mails are kept for `/dev/mail`. */
    smtpUrl: vars.SMTP_URL,
    from: { name: from?.name || vars.STUDIO_NAME, address: from?.address ?? '' },
    studio: { name: vars.STUDIO_NAME, address: vars.STUDIO_ADDRESS },
    perSecond: vars.MAILS_PER_SECOND,
    /** What links begin with. */
    publicUrl:
      vars.PUBLIC_URL?.replace(/\/$/, '') ??
      `http://${name.includes(':') ? `[${name}]` : name}:${vars.API_PORT}`,
  }
}

const hostOf = ({ HOST, FLASK_ENV }: Vars): string =>
  HOST ?? (FLASK_ENV === 'production' ? '0.0.0.0' : 'localhost')

function readAheadMax(vars: Type.Static<typeof BookingEnv>) {
  if (vars.AUTH_RATE_LIMIT === 'off') return undefined
  const proven = vars.BOOKINGS_AHEAD_MAX || NO_LIMIT
  const unproven = Math.min(proven, vars.BOOKINGS_AHEAD_MAX_UNPROVEN || NO_LIMIT)
  return Math.min(proven, unproven) === NO_LIMIT ? undefined : { proven, unproven }
}

const NO_LIMIT = 2 ** 31 - 1

type Vars = Type.Static<typeof BookingEnv>

function findFaults(vars: Vars, env: Env): (string | undefined)[] {
  return [
    ...sharedFaults(vars),
    databaseFault('DATABASE_URL', vars.DATABASE_URL),
    databaseFault('DATABASE_REPLICA_URL', vars.DATABASE_REPLICA_URL, 'replica'),
    urlFault('GOOGLE_JWKS_URL', vars.GOOGLE_JWKS_URL),
    urlFault('CRM_SERVICE_URL', vars.CRM_SERVICE_URL),
    zoneFault(vars.STUDIO_TIMEZONE),
    ...mailFaults(vars),
    ...csv(vars.EMBED_ORIGINS).map(embedFault),
    ...findUnsafe(vars, env),
  ]
}

function mailFaults({ MAIL, SMTP_URL, MAIL_FROM, PUBLIC_URL, FLASK_ENV }: Vars): (string | undefined)[] {
  const isProduction = FLASK_ENV === 'production'
  const isNeeded = MAIL === 'on' && (isProduction || SMTP_URL !== undefined)
  return [
    smtpFault('SMTP_URL', SMTP_URL),
    MAIL_FROM === undefined || parseMailbox(MAIL_FROM)
      ? undefined
      : 'MAIL_FROM is no e-mail address: write studio@example.com or Name <studio@example.com>',
    isNeeded && SMTP_URL === undefined
      ? 'SMTP_URL is not set: production has to say which server sends mail, or with MAIL=off that none is sent'
      : undefined,
    isNeeded && MAIL_FROM === undefined
      ? 'MAIL_FROM is not set: it has to say whom mails are from'
      : undefined,
    isNeeded && isProduction && PUBLIC_URL === undefined
      ? 'PUBLIC_URL is not set: the links in mails need it, in production always'
      : undefined,
  ]
}

/** They become part of a header, so nothing but an origin will do. */
function embedFault(origin: string): string | undefined {
  const url = URL.parse(origin)
  if (url && /^https?:$/.test(url.protocol) && url.origin === origin) return undefined
  return `EMBED_ORIGINS has ${JSON.stringify(origin)}, which is no origin such as https://www.studio.example`
}

function zoneFault(name: string | undefined): string | undefined {
  if (name === undefined || readTimeZone(name)) return undefined
  return `STUDIO_TIMEZONE must be an IANA time zone such as Europe/Berlin (got ${JSON.stringify(name)})`
}

function findUnsafe(vars: Vars, env: Env): (string | undefined)[] {
  const replica =
    vars.DATABASE_REPLICA_URL && !vars.DATABASE_URL
      ? 'DATABASE_REPLICA_URL is set without DATABASE_URL, the primary that it follows'
      : undefined
  const { JWT_SECRET_KEY: secret, JWT_SECRET_KEY_PREVIOUS: previous, CRM_BEARER_TOKEN: token } = vars
  if (vars.FLASK_ENV !== 'production') {
    const host = hostOf(vars)
    return [
      replica,
      publishedFault('JWT_SECRET_KEY', secret, host),
      publishedFault('JWT_SECRET_KEY_PREVIOUS', previous, host),
      publishedFault('CRM_BEARER_TOKEN', token, host),
    ]
  }
  return [
    replica,
    secretFault('JWT_SECRET_KEY', secret),
    secretFault('JWT_SECRET_KEY_PREVIOUS', previous),
    secretFault('CRM_BEARER_TOKEN', token),
    equalityFault(['JWT_SECRET_KEY', secret], ['CRM_BEARER_TOKEN', token]),
    equalityFault(['JWT_SECRET_KEY_PREVIOUS', previous], ['CRM_BEARER_TOKEN', token]),
    secretFault('METRICS_TOKEN', vars.METRICS_TOKEN),
    env.CRM_SERVICE_URL
      ? undefined
      : 'CRM_SERVICE_URL is not set: production has to say where the CRM service is',
  ]
}

function findWarnings(vars: Vars): string[] {
  const { JWT_SECRET_KEY, JWT_SECRET_KEY_PREVIOUS } = vars
  return productionWarnings({
    ...vars,
    secrets: [['JWT_SECRET_KEY', JWT_SECRET_KEY, JWT_SECRET_KEY_PREVIOUS]],
  })
}
