import { join, resolve } from 'node:path'
import Type from 'typebox'
import { BEARER_TOKEN, readRunning, sharedVariables, withAliases } from '#shared/config/config.ts'
import { type Env, processEnv, readEnv } from '#shared/config/env.ts'
import { productionWarnings, publishedFault, secretFault } from '#shared/config/secret-rules.ts'
import { databaseFault, sharedFaults } from '#shared/config/setting-rules.ts'

export const CrmEnv = Type.Object({
  ...sharedVariables,
  CRM_PORT: Type.Integer({
    minimum: 0,
    maximum: 65535,
    default: 8003,
    description: 'Port of the CRM service.',
  }),
  CRM_DATABASE_URL: Type.Optional(
    Type.String({
      pattern: '^postgres(ql)?://',
      description:
        'An external PostgreSQL for the CRM, in the same forms as DATABASE_URL. Unset: embedded PostgreSQL in DATA_DIR.',
    }),
  ),
  CRM_BEARER_TOKEN_PREVIOUS: Type.Optional(
    Type.String({
      pattern: BEARER_TOKEN,
      description:
        'The token before (in production 32 bytes or more), still accepted while callers change over to a new CRM_BEARER_TOKEN.',
    }),
  ),
  CRM_BACKUP_FILE: Type.Optional(
    Type.String({
      description:
        'The JSON file backup, imported by an empty CRM at start. Default: DATA_DIR/crm_data.json.',
    }),
  ),
})

export type CrmConfig = ReturnType<typeof loadConfig>

/** The settings of the CRM from the environment. Throws `ConfigError` with every fault. */
export function loadConfig(env: Env = processEnv()) {
  const vars = readEnv(CrmEnv, withAliases(env), findFaults)
  const production = vars.FLASK_ENV === 'production'
  const host = hostOf(vars)
  return Object.freeze({
    production,
    warnings: production ? findWarnings(vars) : [],
    ...readRunning(vars, production),
    host,
    port: vars.CRM_PORT,
    dataDir: resolve(join(vars.DATA_DIR, 'crm')),
    databaseUrl: vars.CRM_DATABASE_URL,
    bearerToken: vars.CRM_BEARER_TOKEN,
    previousBearerToken: vars.CRM_BEARER_TOKEN_PREVIOUS,
    backupFile: resolve(vars.CRM_BACKUP_FILE ?? join(vars.DATA_DIR, 'crm_data.json')),
    authRateLimit: vars.AUTH_RATE_LIMIT === 'on',
    logLevel: vars.LOG_LEVEL,
  })
}

type Vars = Type.Static<typeof CrmEnv>

const hostOf = ({ HOST, FLASK_ENV }: Vars): string =>
  HOST ?? (FLASK_ENV === 'production' ? '0.0.0.0' : 'localhost')

function findFaults(vars: Vars): (string | undefined)[] {
  return [
    ...sharedFaults(vars),
    databaseFault('CRM_DATABASE_URL', vars.CRM_DATABASE_URL),
    ...findUnsafe(vars),
  ]
}

function findUnsafe(vars: Vars): (string | undefined)[] {
  const { CRM_BEARER_TOKEN: token, CRM_BEARER_TOKEN_PREVIOUS: previous, METRICS_TOKEN } = vars
  if (vars.FLASK_ENV !== 'production') {
    const host = hostOf(vars)
    return [
      publishedFault('CRM_BEARER_TOKEN', token, host),
      publishedFault('CRM_BEARER_TOKEN_PREVIOUS', previous, host),
    ]
  }
  return [
    secretFault('CRM_BEARER_TOKEN', token),
    secretFault('CRM_BEARER_TOKEN_PREVIOUS', previous),
    secretFault('METRICS_TOKEN', METRICS_TOKEN),
  ]
}

function findWarnings({ CORS_ORIGINS, CRM_BEARER_TOKEN, CRM_BEARER_TOKEN_PREVIOUS }: Vars): string[] {
  return productionWarnings({
    CORS_ORIGINS,
    secrets: [['CRM_BEARER_TOKEN', CRM_BEARER_TOKEN, CRM_BEARER_TOKEN_PREVIOUS]],
  })
}
