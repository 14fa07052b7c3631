import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadConfig } from '#booking/config.ts'
import { openDeps } from '#booking/open-deps.ts'
import { seed } from '#harness/data/seed-data.ts'
import { type FaultProxy, startFaultProxy } from '#harness/faults/fault-proxy.ts'
import { freePort } from '#harness/processes/free-port.ts'
import { createService, type Service, type ServiceOptions } from '#harness/processes/services.ts'
import { createLogger } from '#shared/telemetry/logger.ts'
import { inDataDir, type OnClose } from './data-dir.ts'
import { joinEmbedded, type MainPlace } from './main-database.ts'

export type Person = { id: number; token: string }

/** People and events of their own: half-hour events one after the other, so that anybody may book all of them. */
export type Group = { people: Person[]; events: number[]; capacity: number; seedSeconds: number }

export type GroupPlan = {
  people: number
  events: number
  capacity: number
  bookings?: number
  facilitators?: number
}

export type WorldPlan = {
  groups: GroupPlan[]
  /** Processes of the Main API, all on one database. */
  apis?: number
  apiEntry?: string
  /** Options of Node. A service that has some is ended by SIGTERM, so that a profiler can write what it has. */
  apiOptions?: string[]
  apiEnv?: Record<string, string>
  /** Of each of them, in turn. */
  apiEnvs?: Record<string, string>[]
  /** Processes of the CRM, all on one database. */
  crms?: number
  crmOptions?: string[]
  crmEnv?: Record<string, string>
  /** The Main API tells the CRM itself, past the fault proxy. */
  isDirect?: boolean
  /** PostgreSQL servers outside the product, started before anything else; default: each service runs its own. */
  databases?: (dataDir: string, onClose: OnClose) => Promise<Databases>
  /** Called before there is any data; adds to the environment of the Main API. */
  prepare?: (dataDir: string, onClose: OnClose) => Promise<Record<string, string>>
  log?: (line: string) => void
}

type Databases = { DATABASE_URL: string; CRM_DATABASE_URL: string }

/** Both services as processes of their own, filled with people and events. The CRM is reached through a fault proxy. */
export type World = MainPlace & {
  api: Service
  apis: Service[]
  crm: Service
  crms: Service[]
  proxy: FaultProxy
  /** The first of the groups. */
  group: Group
  groups: Group[]
}

export const CRM_TOKEN = 'crm-static-bearer-token-123'

/** Runs `work` in a world of its own and leaves nothing of it behind, whatever happens. */
export function inWorld<T>(plan: WorldPlan, work: (world: World) => Promise<T>): Promise<T> {
  return inDataDir(undefined, async (dataDir, onClose) => {
    const databases = await plan.databases?.(dataDir, onClose)
    const env = { ...serviceEnv(dataDir), ...databases }
    const prepared = await plan.prepare?.(dataDir, onClose)
    const crms = await createAll(plan.crms, (i, port) => crmOptions(plan, i, port, env))
    for (const crm of crms) onClose(plan.crmOptions ? crm.stop : crm.kill)
    const [crm] = crms as [Service, ...Service[]]
    const proxy = await startFaultProxy(crm.url)
    onClose(proxy.close)
    const [groups] = await Promise.all([
      addGroups(dataDir, env, plan.groups, plan.log),
      ...crms.map((each) => each.start()),
    ])
    const apiEnv = { ...env, CRM_SERVICE_URL: plan.isDirect ? crm.url : proxy.url, ...prepared }
    const apis = await createAll(plan.apis, (i, port) => apiOptions(plan, i, port, apiEnv))
    for (const api of apis) onClose(plan.apiOptions ? api.stop : api.kill)
    await Promise.all(apis.map((api) => api.start()))
    const [api] = apis as [Service, ...Service[]]
    const databaseUrl = databases?.DATABASE_URL
    const place = { dataDir, ...(databaseUrl && { databaseUrl }) }
    return work({ ...place, api, apis, crm, crms, proxy, groups, group: groups[0] as Group })
  })
}

/** The environment of a service whose data is in `dataDir`; everything else is at its default. */
export function serviceEnv(dataDir: string): Record<string, string> {
  return {
    HOST: '127.0.0.1',
    DATA_DIR: dataDir,
    DATABASE_URL: '',
    CRM_DATABASE_URL: '',
    FLASK_ENV: 'development',
    DEMO_DATA: 'off',
    AUTH_RATE_LIMIT: 'off',
    LOG_LEVEL: 'warn',
  }
}

/** A Main API alone on the data in `dataDir`, not started yet; at a free port unless one is given. */
export async function createApi(
  dataDir: string,
  env: Record<string, string> = {},
  port?: number,
): Promise<Service> {
  const own = port ?? (await freePort())
  const all = { ...serviceEnv(dataDir), API_PORT: String(own), ...env }
  return createService({ name: 'API', entry: 'booking/main.ts', port: own, env: all })
}

/** One PostgreSQL for each service, which stays while instances come and go. */
export async function startDatabases(dataDir: string, onClose: OnClose): Promise<Databases> {
  const start = async (database: string) => {
    const { url, stop } = await joinEmbedded(join(dataDir, database), database)
    onClose(stop)
    return url
  }
  mkdirSync(dataDir, { recursive: true })
  return { DATABASE_URL: await start('booking'), CRM_DATABASE_URL: await start('crm') }
}

async function createAll(
  count = 1,
  options: (i: number, port: number) => ServiceOptions,
): Promise<Service[]> {
  const services: Service[] = []
  for (let i = 0; i < count; i++) services.push(createService(options(i, await freePort())))
  return services
}

function crmOptions({ crms = 1, crmOptions, crmEnv }: WorldPlan, i: number, port: number, env: object) {
  return {
    name: crms === 1 ? 'CRM' : `CRM ${i + 1}`,
    entry: 'crm/main.ts',
    port,
    env: { ...env, CRM_PORT: String(port), ...crmEnv },
    nodeOptions: crmOptions ?? [],
  }
}

function apiOptions(
  { apiEntry, apiEnv, apiEnvs, apiOptions }: WorldPlan,
  i: number,
  port: number,
  env: object,
) {
  return {
    name: `API ${i + 1}`,
    entry: apiEntry ?? 'booking/main.ts',
    port,
    env: { ...env, API_PORT: String(port), ...apiEnv, ...apiEnvs?.[i] },
    nodeOptions: apiOptions ?? [],
  }
}

/** Straight into the database, as `npm run seed` does: a password hash for each person would take minutes. */
export async function addGroups(
  dataDir: string,
  env: Record<string, string>,
  plans: GroupPlan[],
  log: (line: string) => void = () => {},
): Promise<Group[]> {
  if (plans.length === 0) return []
  mkdirSync(dataDir, { recursive: true })
  const tokensFile = join(dataDir, 'tokens.jsonl')
  const { deps, close } = await openDeps(loadConfig(env), createLogger('seed', 'silent'), {
    hasLongStatements: true,
  })
  try {
    const groups: Group[] = []
    for (const { people: users, events, capacity, bookings = 0, facilitators = 3 } of plans) {
      const beganAt = performance.now()
      const plan = { users, events, capacity, bookings, facilitators, hot: false, tokensFile }
      await seed(deps, plan, (line) => log(`seeding ${line}`))
      const seedSeconds = (performance.now() - beganAt) / 1_000
      const { rows } = await deps.databases.pool.query<{ id: number }>(
        'select id from events order by id desc limit $1',
        [events],
      )
      const ids = rows.map(({ id }) => id).reverse()
      groups.push({ people: readPeople(tokensFile), events: ids, capacity, seedSeconds })
    }
    return groups
  } finally {
    await close()
  }
}

function readPeople(tokensFile: string): Person[] {
  const lines = readFileSync(tokensFile, 'utf8').trim().split('\n')
  return lines.map((line) => {
    const { user_id, access_token } = JSON.parse(line)
    return { id: user_id, token: access_token }
  })
}
