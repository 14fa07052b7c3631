import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

export type LaunchedService = {
  name: string
  script: string
  port: number
  portVariable: string
  dataDir: string
}
export type LaunchSettings = {
  host: string
  services: LaunchedService[]
  hasDemoData: boolean
  drainSeconds: number
}

/**
 * The few settings the launcher itself needs. It does not use the services' `config.ts`, because their schema
 * library would cost the launcher 30 MB for as long as it runs; a test holds the two together.
 * A faulty value is passed over here: the service says what is wrong with it.
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
      },
      {
        name: 'Main API',
        script: 'booking/main.ts',
        port: port('API_PORT', 8000),
        portVariable: 'API_PORT',
        dataDir: resolve(dataDir, 'booking'),
      },
    ],
    drainSeconds: Number(env.DRAIN_SECONDS?.trim() || (isProduction ? 5 : 0)) || 0,
    hasDemoData: !isProduction && env.DEMO_DATA?.trim() !== 'off',
  }
}

function environment(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env')
  return process.env
}
