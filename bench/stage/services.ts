import { join } from 'node:path'
import { freePort } from '#harness/processes/free-port.ts'
import { createService, type Service } from '#harness/processes/services.ts'
import { serviceEnv } from '#harness/world/world.ts'
import { findPostmaster } from '#shared/db/embedded/postmaster.ts'
import { type CpuMeter, familyMeter, processMeter } from './cpu.ts'
import { type Memory, memoryOf } from './memory.ts'
import { readFamily } from './processes.ts'

/** Both services as in production: one process each, a durable PostgreSQL each. */
export type Services = {
  api: Service
  crm: Service
  cpu: Record<'api' | 'api pg' | 'crm' | 'crm pg', CpuMeter>
  /** Without those who measure. */
  memory(): Memory[]
}

/** Long enough for a machine that is busy with other things: the start is not what is measured. */
const START_MAX_MS = 120_000

/** Options of Node, a profiler's for instance. */
export type ServiceOptions = {
  apiOptions?: string[]
  crmOptions?: string[]
  /** `DATABASE_URL` and `CRM_DATABASE_URL`, where the services do not run a PostgreSQL each. */
  databases?: Record<string, string>
}

export async function startServices(
  dataDir: string,
  { apiOptions = [], crmOptions = [], databases = {} }: ServiceOptions,
  onClose: (close: () => Promise<unknown>) => void,
): Promise<Services> {
  const [apiPort, crmPort] = [await freePort(), await freePort()]
  const env = { ...serviceEnv(dataDir), ...databases }
  const crm = createService({
    name: 'CRM',
    entry: 'crm/main.ts',
    port: crmPort,
    env: { ...env, CRM_PORT: String(crmPort) },
    nodeOptions: crmOptions,
  })
  const api = createService({
    name: 'Main API',
    entry: 'booking/main.ts',
    port: apiPort,
    env: { ...env, API_PORT: String(apiPort), CRM_SERVICE_URL: crm.url },
    nodeOptions: apiOptions,
  })
  for (const service of [crm, api]) {
    onClose(service.stop)
    service.spawn()
    await service.untilHealthy(START_MAX_MS)
  }
  const postmaster = (name: string) => () => findPostmaster(join(dataDir, name, 'pg'))?.pid ?? 0
  const server = (name: string) => readFamily(postmaster(name)()).map(({ pid }) => pid)
  return {
    api,
    crm,
    cpu: {
      api: processMeter(api.pid),
      'api pg': familyMeter(postmaster('booking')),
      crm: processMeter(crm.pid),
      'crm pg': familyMeter(postmaster('crm')),
    },
    memory: () => [
      memoryOf('Main API', [api.pid()]),
      memoryOf('its PostgreSQL', server('booking')),
      memoryOf('CRM', [crm.pid()]),
      memoryOf('its PostgreSQL', server('crm')),
    ],
  }
}
