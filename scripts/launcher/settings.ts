import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

export type LaunchedService = {
  name: string
  script: string
  port: number
  portVariable: string
  dataDir: string
  /** When this variable is set, its database is used instead of `dataDir`. */
  databaseVariable: string
}
export type LaunchSettings = {
  host: string
  services: LaunchedService[]
  hasDemoData: boolean
  /** Mails are shown at `/dev/mail` instead of being sent. */
  keepsMail: boolean
  drainSeconds: number
}

/**
 * The settings that the launcher itself needs. Not by the services' `config.ts`, whose schema library would cost the launcher
 * 30 MB as long as it runs; a test compares the two. Faulty values are ignored here and reported by `setting-faults.ts`.
 */
export function readLaunchSettings(env = environment()): LaunchSettings {
  const mode = env.FLASK_ENV?.trim() || env.NODE_ENV?.trim()
  const isProduction = mode === 'production'
  const dataDir = env.DATA_DIR?.trim() || '.data'
  const port = (name: string, standard: number) => Number(env[name]?.trim() || standard)
  return {
    host: env.HOST?.trim() || (isProduction ? '0.0.0.0' : 'localhost'),
    services: [
      {
        name: 'CRM',
        script: 'crm/main.ts',
        port: port('CRM_PORT', 8003),
        portVariable: 'CRM_PORT',
        dataDir: resolve(dataDir, 'crm'),
        databaseVariable: 'CRM_DATABASE_URL',
      },
      {
        name: 'Main API',
        script: 'booking/main.ts',
        port: port('API_PORT', 8000),
        portVariable: 'API_PORT',
        dataDir: resolve(dataDir, 'booking'),
        databaseVariable: 'DATABASE_URL',
      },
    ],
    drainSeconds: Number(env.DRAIN_SECONDS?.trim() || (isProduction ? 5 : 0)) || 0,
    keepsMail: !isProduction && env.MAIL?.trim() !== 'off' && !env.SMTP_URL?.trim(),
    hasDemoData: !isProduction && env.DEMO_DATA?.trim() !== 'off',
  }
}

/** Faults of the two ports together: the launcher has to know them, and they have to differ. */
export function portFaults(services: LaunchedService[]): string[] {
  const [first, second] = services.map(({ port }) => port)
  const unknown = services
    .filter(({ port }) => port === 0)
    .map(({ portVariable }) => `${portVariable} is 0, any free port: set it to a port from 1 to 65535`)
  const [one, other] = services.map(({ portVariable }) => portVariable)
  const isDoubled = first !== 0 && first === second
  return isDoubled ? [`${one} and ${other} are both ${first}: set one of them to another port`] : unknown
}

function environment(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env')
  return process.env
}
