import { join } from 'node:path'
import { findPostmaster } from '#shared/db/embedded/postmaster.ts'
import { startEmbeddedPostgres } from '#shared/db/embedded-postgres.ts'
import { createClient, inParallel } from '../../torture/load.ts'
import { createService, freePort, type Service } from '../../torture/services.ts'
import { inDataDir, type Person, serviceEnv } from '../../torture/world.ts'
import { type BareServer, startBareServer } from '../bare/bare-server.ts'
import { type Loader, startLoader } from '../load/loader.ts'
import { type CpuMeter, familyMeter, processMeter } from './cpu.ts'
import { type Memory, memoryOf } from './memory.ts'
import { type Programme, populate, tokensFileIn } from './populate.ts'
import { readFamily } from './processes.ts'

/** Everything that takes part, running and filled with data. */
export type Stage = {
  dataDir: string
  /** How many requests are under way at any time, on both sides of every case. */
  clients: number
  api: Service
  crm: Service
  bare: BareServer
  loader: Loader
  /** A second client, for what goes on beside what is measured. */
  sideLoader: Loader
  people: Person[]
  /** The first of the people, who have bookings. */
  readers: Person[]
  programme: Programme
  /** A database of the same rows on the server that the Main API uses. */
  sqlUrl: string
  /** Another one on that server, empty. */
  openDatabase(name: string): Promise<string>
  cpu: Record<string, CpuMeter>
  /** Of both services and their databases, without those who measure. */
  memory(): Memory[]
}

const READERS = 500
const SILENT = { info() {}, warn() {} }

export function onStage<T>(
  { clients, log, apiOptions = [], crmOptions = [] }: StageOptions,
  work: (stage: Stage) => Promise<T>,
): Promise<T> {
  return inDataDir(undefined, async (dataDir, onClose) => {
    log('starting PostgreSQL and adding people and events')
    const openDatabase = async (database: string) => {
      const postgres = await startEmbeddedPostgres({
        dataDir: join(dataDir, 'booking'),
        database,
        log: SILENT,
      })
      onClose(postgres.stop)
      return postgres.url
    }
    const env = serviceEnv(dataDir)
    const sqlUrl = await openDatabase('bench_sql')
    const { people, programme } = await populate(env, tokensFileIn(dataDir))
    await populate({ ...env, DATABASE_URL: sqlUrl }, `${tokensFileIn(dataDir)}.sql`)

    log('starting the CRM and the Main API')
    const [apiPort, crmPort] = [await freePort(), await freePort()]
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
      await service.start()
    }
    const bare = await startBareServer()
    onClose(bare.stop)
    const [loader, sideLoader] = [startLoader(), startLoader()]
    onClose(loader.stop)
    onClose(sideLoader.stop)

    const readers = people.slice(0, READERS)
    log(
      `booking ${(READERS * programme.booked.length).toLocaleString('en')} seats, so that there is something to read`,
    )
    await bookAll(api.url, readers, programme.booked)
    const postmaster = (name: string) => () => findPostmaster(join(dataDir, name, 'pg'))?.pid ?? 0
    return work({
      dataDir,
      clients,
      api,
      crm,
      bare,
      loader,
      sideLoader,
      people,
      readers,
      programme,
      sqlUrl,
      openDatabase,
      cpu: {
        api: processMeter(api.pid),
        'api pg': familyMeter(postmaster('booking')),
        crm: processMeter(crm.pid),
        'crm pg': familyMeter(postmaster('crm')),
        bare: processMeter(() => bare.pid),
      },
      memory: () => [
        memoryOf('Main API', [api.pid()]),
        memoryOf(
          'its PostgreSQL',
          readFamily(postmaster('booking')()).map(({ pid }) => pid),
        ),
        memoryOf('CRM', [crm.pid()]),
        memoryOf(
          'its PostgreSQL',
          readFamily(postmaster('crm')()).map(({ pid }) => pid),
        ),
      ],
    })
  })
}

type StageOptions = {
  clients: number
  log(line: string): void
  /** Options of Node for the services, a profiler's for instance. */
  apiOptions?: string[]
  crmOptions?: string[]
}

async function bookAll(url: string, people: Person[], events: number[]): Promise<void> {
  const client = createClient({ connections: 64 })
  const pairs = events.flatMap((event_id) => people.map(({ token }) => ({ event_id, token })))
  try {
    await inParallel(pairs, 64, async ({ event_id, token }) => {
      const { status, body } = await client.call('POST', `${url}/api/bookings/`, {
        token,
        body: { event_id },
      })
      if (status !== 201) throw new Error(`A booking was answered with ${status} ${JSON.stringify(body)}`)
    })
  } finally {
    client.close()
  }
}
