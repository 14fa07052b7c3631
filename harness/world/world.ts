import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import { loadConfig } from '#booking/config.ts'
import { openDeps } from '#booking/open-deps.ts'
import { seed } from '#harness/data/seed-data.ts'
import { type FaultProxy, startFaultProxy } from '#harness/faults/fault-proxy.ts'
import { freePort } from '#harness/processes/free-port.ts'
import { createService, type Service, startNoMore } from '#harness/processes/services.ts'
import {
  createDataDir,
  processesOf,
  removeDataDir,
  waitUntil,
} from '#harness/processes/stillpoint-process.ts'
import { openClient } from '#shared/db/database-client.ts'
import { parseDatabaseUrl } from '#shared/db/database-url.ts'
import { stopAbandonedServer } from '#shared/db/embedded/leave.ts'
import { makeSocketDir } from '#shared/db/embedded/socket-dir.ts'
import { startEmbeddedPostgres } from '#shared/db/embedded-postgres.ts'
import { createLogger } from '#shared/telemetry/logger.ts'

export type Person = { id: number; token: string }

/** People and events of their own: half-hour events one after the other, so that anybody may book all of them. */
export type Crowd = { people: Person[]; events: number[]; capacity: number }

export type WorldPlan = {
  crowds: { people: number; events: number; capacity: number }[]
  /** Processes of the Main API, all on one database. */
  apis?: number
  apiEntry?: string
  apiOptions?: string[]
  apiEnv?: Record<string, string>
  /** PostgreSQL servers outside the product, started before anything else; default: each service runs its own. */
  databases?: (dataDir: string, onClose: OnClose) => Promise<Databases>
  /** Of each of them, in turn. */
  apiEnvs?: Record<string, string>[]
  /** Processes of the CRM, all on one database. */
  crms?: number
  crmEnv?: Record<string, string>
  /** Called before there is any data; adds to the environment of the Main API. */
  prepare?: (dataDir: string, onClose: OnClose) => Promise<Record<string, string>>
  /** Where the data goes; default: a new temporary directory. */
  dataDir?: string
}

export type OnClose = (close: () => Promise<unknown>) => void

type Databases = { DATABASE_URL: string; CRM_DATABASE_URL: string }

/** Both services as processes of their own, filled with people and events. The CRM is reached through a fault proxy. */
export type World = {
  dataDir: string
  /** Of the Main API, unless it runs its own in `dataDir`. */
  databaseUrl?: string
  api: Service
  apis: Service[]
  crm: Service
  crms: Service[]
  proxy: FaultProxy
  crowds: Crowd[]
}

export const CRM_TOKEN = 'crm-static-bearer-token-123'

/** Runs `work` in a world of its own and leaves nothing of it behind, whatever happens. */
export function inWorld<T>(plan: WorldPlan, work: (world: World) => Promise<T>): Promise<T> {
  return inDataDir(plan.dataDir, async (dataDir, onClose) => {
    const databases = await plan.databases?.(dataDir, onClose)
    const env = { ...serviceEnv(dataDir), ...databases }
    const prepared = await plan.prepare?.(dataDir, onClose)
    const crms = await createCrms(plan, env)
    for (const crm of crms) onClose(crm.kill)
    const [crm] = crms as [Service, ...Service[]]
    const proxy = await startFaultProxy(crm.url)
    onClose(proxy.close)
    const [crowds] = await Promise.all([
      populate(dataDir, env, plan.crowds),
      ...crms.map((each) => each.start()),
    ])
    const apis = await createApis(plan, { ...env, CRM_SERVICE_URL: proxy.url, ...prepared })
    for (const api of apis) onClose(api.kill)
    await Promise.all(apis.map((api) => api.start()))
    const [api] = apis as [Service, ...Service[]]
    const databaseUrl = databases?.DATABASE_URL
    return work({ dataDir, api, apis, crm, crms, proxy, crowds, ...(databaseUrl && { databaseUrl }) })
  })
}

/** Only the directory, without anything running; what `onClose` was given is closed first, the last one first. */
export async function inDataDir<T>(
  given: string | undefined,
  work: (dataDir: string, onClose: OnClose) => Promise<T>,
): Promise<T> {
  const dataDir = given ?? createDataDir()
  const closers: (() => Promise<unknown>)[] = []
  const cleanUp = async () => {
    openWorlds.delete(cleanUp)
    for (const close of closers.splice(0).reverse()) await close()
    await removeWorld(dataDir)
  }
  openWorlds.add(cleanUp)
  try {
    return await work(dataDir, (close) => closers.push(close))
  } finally {
    await cleanUp()
  }
}

/** For a run that is broken off: nothing of it stays. */
export async function closeWorlds(): Promise<void> {
  startNoMore()
  await Promise.all([...openWorlds].map((cleanUp) => cleanUp()))
}

const openWorlds = new Set<() => Promise<void>>()

/** Where the Main database is. */
export type MainPlace = Pick<World, 'dataDir' | 'databaseUrl'>

/** Asks the Main database itself; one that the product runs, by joining its cluster for a moment. */
export async function queryMain<Row>(place: MainPlace, text: string): Promise<Row[]> {
  return withMainDatabase(place, async (client) => (await client.query(text)).rows as Row[])
}

/** Locks an event as another transaction would: bookings of it wait until the returned function is called. */
export async function holdEvent(place: MainPlace, id: number): Promise<() => Promise<void>> {
  const held = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  const holding = withMainDatabase(place, async (client) => {
    await client.query('begin')
    await client.query('select from events where id = $1 for update', [id])
    held.resolve()
    await released.promise
    await client.query('rollback')
  })
  await Promise.race([held.promise, holding])
  return () => {
    released.resolve()
    return holding
  }
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

/** One PostgreSQL for each service, which stays while instances come and go. */
export async function startDatabases(dataDir: string, onClose: OnClose): Promise<Databases> {
  const start = async (database: string) => {
    const { url, stop } = await startEmbeddedPostgres({
      dataDir: join(dataDir, database),
      database,
      log: QUIET,
    })
    onClose(stop)
    return url
  }
  mkdirSync(dataDir, { recursive: true })
  return { DATABASE_URL: await start('booking'), CRM_DATABASE_URL: await start('crm') }
}

async function createCrms({ crms = 1, crmEnv }: WorldPlan, env: Record<string, string>): Promise<Service[]> {
  const services: Service[] = []
  for (let i = 1; i <= crms; i++) {
    const port = await freePort()
    const name = crms === 1 ? 'CRM' : `CRM ${i}`
    const own = { ...env, CRM_PORT: String(port), ...crmEnv }
    services.push(createService({ name, entry: 'crm/main.ts', port, env: own }))
  }
  return services
}

async function createApis({ apis = 1, ...plan }: WorldPlan, env: Record<string, string>): Promise<Service[]> {
  const services: Service[] = []
  for (let i = 1; i <= apis; i++) {
    const port = await freePort()
    services.push(
      createService({
        name: `API ${i}`,
        entry: plan.apiEntry ?? 'booking/main.ts',
        port,
        env: { ...env, API_PORT: String(port), ...plan.apiEnv, ...plan.apiEnvs?.[i - 1] },
        nodeOptions: plan.apiOptions ?? [],
      }),
    )
  }
  return services
}

/** Straight into the database, as `npm run seed` does: a password hash for each person would take minutes. */
async function populate(
  dataDir: string,
  env: Record<string, string>,
  plans: WorldPlan['crowds'],
): Promise<Crowd[]> {
  if (plans.length === 0) return []
  mkdirSync(dataDir, { recursive: true })
  const tokensFile = join(dataDir, 'tokens.jsonl')
  const { deps, close } = await openDeps(loadConfig(env), createLogger('seed', 'silent'), {
    hasLongStatements: true,
  })
  try {
    const crowds: Crowd[] = []
    for (const { people, events, capacity } of plans) {
      await seed(
        deps,
        { users: people, events, capacity, facilitators: 3, bookings: 0, hot: false, tokensFile },
        () => {},
      )
      const { rows } = await deps.databases.pool.query<{ id: number }>(
        'select id from events order by id desc limit $1',
        [events],
      )
      crowds.push({ people: readPeople(tokensFile), events: rows.map(({ id }) => id).reverse(), capacity })
    }
    return crowds
  } finally {
    await close()
  }
}

/** As `npm run seed -- --tokens` has written them. */
export function readPeople(tokensFile: string): Person[] {
  const lines = readFileSync(tokensFile, 'utf8').trim().split('\n')
  return lines.map((line) => {
    const { user_id, access_token } = JSON.parse(line)
    return { id: user_id, token: access_token }
  })
}

async function withMainDatabase<T>(
  { dataDir, databaseUrl }: MainPlace,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  if (databaseUrl) return withDatabase(databaseUrl, work)
  const postgres = await startEmbeddedPostgres({
    dataDir: join(dataDir, 'booking'),
    database: 'booking',
    log: QUIET,
  })
  try {
    return await withDatabase(postgres.url, work)
  } finally {
    await postgres.stop()
  }
}

async function withDatabase<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await openClient(parseDatabaseUrl(url), { connectMaxMs: 5_000 }, QUIET)
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** For a database that a proof opens beside the services. */
export const QUIET = { info() {}, warn() {} }

/** A server that was killed leaves its socket behind. */
function removeSocketDir(pgDir: string): void {
  if (existsSync(pgDir)) rmSync(makeSocketDir(realpathSync(pgDir)), { recursive: true, force: true })
}

async function removeWorld(dataDir: string): Promise<void> {
  for (const name of ['booking', 'crm']) await stopAbandonedServer(join(dataDir, name)).catch(() => {})
  for (const pid of processesOf(dataDir)) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended by itself meanwhile.
    }
  }
  await waitUntil(() => processesOf(dataDir).length === 0, 10_000).catch(() => {})
  for (const name of ['booking', 'crm']) removeSocketDir(join(dataDir, name, 'pg'))
  removeDataDir(dataDir)
}
