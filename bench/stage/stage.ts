import { join } from 'node:path'
import { createClient, inParallel } from '#harness/load/load.ts'
import { createExternalPostgres } from '#harness/processes/external-postgres.ts'
import { inDataDir, type OnClose, type Person, serviceEnv } from '#harness/world/world.ts'
import { startEmbeddedPostgres } from '#shared/db/embedded-postgres.ts'
import { type BareServer, startBareServer } from '../bare/bare-server.ts'
import { type Loader, startLoader } from '../load/loader.ts'
import { type CpuMeter, processesMeter, processMeter } from './cpu.ts'
import { type Programme, populate } from './populate.ts'
import { type ServiceOptions, type Services, startServices } from './services.ts'

/** Everything that takes part, running and filled with data. */
export type Stage = Omit<Services, 'cpu'> & {
  /** How many requests are under way at any time, on both sides of every case. */
  clients: number
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
  /** Another one on that server, made when it is not there. */
  openDatabase(name: string): Promise<string>
  cpu: Record<string, CpuMeter>
}

export type StageOptions = Omit<ServiceOptions, 'databases'> & {
  clients: number
  log(line: string): void
  /** Both services on one PostgreSQL of the system's packages with its defaults, which nobody has analysed. */
  isExternal?: boolean
}

const READERS = 500
const SILENT = { info() {}, warn() {} }

/** Nothing is left behind, whatever happens. */
export function onStage<T>(
  { clients, log, isExternal = false, ...options }: StageOptions,
  work: (stage: Stage) => Promise<T>,
): Promise<T> {
  return inDataDir(undefined, async (dataDir, onClose) => {
    log('starting PostgreSQL and adding people and events')
    const { openDatabase, databases } = isExternal
      ? await externalDatabases(dataDir, onClose)
      : embeddedDatabases(dataDir, onClose)
    const sqlUrl = await openDatabase('bench_sql')
    const tokensFile = join(dataDir, 'tokens.jsonl')
    await populate({ ...serviceEnv(dataDir), DATABASE_URL: sqlUrl }, tokensFile)
    const { people, programme } = await populate({ ...serviceEnv(dataDir), ...databases }, tokensFile)

    log('starting the CRM and the Main API')
    const services = await startServices(dataDir, { ...options, databases }, onClose)
    const bare = await startBareServer()
    const [loader, sideLoader] = [startLoader(), startLoader()]
    for (const { stop } of [bare, loader, sideLoader]) onClose(stop)

    const readers = people.slice(0, READERS)
    const seats = (READERS * programme.booked.length).toLocaleString('en')
    log(`booking ${seats} seats, so that there is something to read`)
    await bookAll(services.api.url, readers, programme.booked)
    const cpu = {
      ...services.cpu,
      bare: processesMeter(bare.pids),
      'side client': processMeter(() => sideLoader.pid),
    }
    const participants = { ...services, bare, loader, sideLoader, people, readers, programme }
    return work({ ...participants, clients, sqlUrl, openDatabase, cpu })
  })
}

type Databases = { openDatabase(name: string): Promise<string>; databases: Record<string, string> }

/** Each service runs its own; others are added to that of the Main API. */
function embeddedDatabases(dataDir: string, onClose: OnClose): Databases {
  const openDatabase = async (database: string) => {
    const server = { dataDir: join(dataDir, 'booking'), database, log: SILENT }
    const postgres = await startEmbeddedPostgres(server)
    onClose(postgres.stop)
    return postgres.url
  }
  return { openDatabase, databases: {} }
}

async function externalDatabases(dataDir: string, onClose: OnClose): Promise<Databases> {
  const postgres = await createExternalPostgres(join(dataDir, 'external'))
  onClose(() => postgres.stop('fast'))
  const openDatabase = async (database: string) => {
    await postgres.ask(`create database ${database}`)
    return postgres.url(database)
  }
  const databases = { DATABASE_URL: postgres.url('booking'), CRM_DATABASE_URL: postgres.url('crm') }
  return { openDatabase, databases }
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
