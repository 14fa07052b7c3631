import { existsSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseEnv } from 'node:util'
import { loadConfig as loadBookingConfig } from '#booking/config.ts'
import { loadConfig as loadCrmConfig } from '#crm/config.ts'
import { ConfigError, type Env } from '#shared/config/env.ts'
import { messageOf } from '#shared/errors/error-facts.ts'
import { requireDirectory } from '#shared/lib/usable-directory.ts'
import { refuseTakenPort } from '#shared/process/port.ts'
import { whyTaken } from './health.ts'
import { knownSettings } from './known-settings.ts'
import { type LaunchedService, portFaults, readLaunchSettings } from './settings.ts'

/** The faults in the settings of either service, and of the two together, without duplicates. */
export function findFaults(env: Env): string[] {
  const { services } = readLaunchSettings(env)
  const faults = [loadBookingConfig, loadCrmConfig].flatMap((load) => configFaults(() => load(env)))
  return [...new Set([...faults, ...portFaults(services), ...directoryFaults(services, env)])]
}

/** The names in this file that are no settings, such as misspelt ones. Those of tools that read the same file are left out. */
export function findUnknown(file = '.env'): string[] {
  if (!existsSync(file)) return []
  const names = Object.keys(parseEnv(readFileSync(file, 'utf8')))
  return names.filter((name) => !Object.hasOwn(knownSettings, name) && !OF_OTHERS.test(name))
}

const OF_OTHERS = /^(COMPOSE|DOCKER|NODE|NPM|OTEL|PG|POSTGRES)_?|^(TZ|LANG|PATH|HOME)$/

/** A sentence for each port that cannot be used. */
export async function findTaken(env: Env): Promise<string[]> {
  const { host, services } = readLaunchSettings(env)
  const sentences = await Promise.all(services.map((service) => whyNotFree(host, service)))
  return [...new Set(sentences.filter((sentence) => sentence !== undefined))]
}

function configFaults(load: () => unknown): string[] {
  try {
    load()
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.faults
  }
}

/** Only the first fault: the other directories are siblings or subdirectories. */
function directoryFaults(services: LaunchedService[], env: Env): string[] {
  const embedded = services.filter(({ databaseVariable }) => !env[databaseVariable]?.trim())
  try {
    for (const { dataDir } of embedded) {
      requireDirectory(dirname(dataDir), 'DATA_DIR')
      requireDirectory(dataDir, 'DATA_DIR')
    }
    return []
  } catch (error) {
    return [messageOf(error).replace(/\.$/, '')]
  }
}

async function whyNotFree(host: string, service: LaunchedService): Promise<string | undefined> {
  const taken = await whyTaken(host, service)
  if (taken) return taken
  const refused = refuseTakenPort({ host, port: service.port }, service.portVariable)
  return refused.then(() => undefined).catch(messageOf)
}
