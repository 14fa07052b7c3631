import { join } from 'node:path'
import { createClient, inParallel } from '#harness/load/load.ts'
import { createInstalledPostgres } from '#harness/processes/postgres-server.ts'
import { type Memory, memoryOf, readFamily } from '#harness/processes/proc.ts'
import { joinEmbedded } from '#harness/world/main-database.ts'
import {
  addGroups,
  type GroupPlan,
  inWorld,
  type Person,
  serviceEnv,
  type World,
  type WorldPlan,
} from '#harness/world/world.ts'
import { findPostmaster } from '#shared/db/embedded/postmaster.ts'
import { type BareServer, startBareServer } from '../bare/bare-server.ts'
import { type Loader, startLoader } from '../load/loader.ts'
import { type CpuMeter, familyMeter, processMeter } from './cpu.ts'

/** Everything that takes part, running and filled with data. */
export type Stage = Pick<World, 'api' | 'crm'> & {
  /** How many requests are under way at any time, on both sides of every case. */
  clients: number
  bare: BareServer
  loader: Loader
  /** A second client, for what goes on beside what is measured. */
  sideLoader: Loader
  people: Person[]
  /** The first of the people, who have bookings. */
  readers: Person[]
  /** Events one after the other, dealt out to the cases so that none takes another one's seats. */
  programme: { spread: number[]; hot: number[]; booked: number[] }
  /** A database of the same rows on the server that the Main API uses. */
  sqlUrl: string
  /** Another one on that server, made when it is not there. */
  openDatabase(name: string): Promise<string>
  cpu: Record<string, CpuMeter>
  /** Without those who measure. */
  memory(): Memory[]
}

export type StageOptions = Pick<WorldPlan, 'apiOptions' | 'crmOptions'> & {
  clients: number
  log(line: string): void
  /** Both services on one PostgreSQL of the system's packages with its defaults, which nobody has analysed. */
  isExternal?: boolean
}

const READERS = 500
const PEOPLE = 10_000
const SPREAD_EVENTS = 1_000
const HOT_EVENTS = 200
/** Booked before anything is measured, by those whose bookings are read. */
const BOOKED_EVENTS = 12

/** Nothing is left behind, whatever happens. */
export function onStage<T>(
  { clients, log, isExternal = false, ...options }: StageOptions,
  work: (stage: Stage) => Promise<T>,
): Promise<T> {
  log('starting PostgreSQL and adding people and events')
  const events = SPREAD_EVENTS + HOT_EVENTS + BOOKED_EVENTS
  const group: GroupPlan = { people: PEOPLE, events, capacity: PEOPLE, facilitators: 5 }
  let sqlUrl = ''
  let openDatabase: Stage['openDatabase']
  const plan: WorldPlan = {
    ...options,
    groups: [group],
    isDirect: true,
    async prepare(dataDir, onClose) {
      // Each service runs its own PostgreSQL; others are added to that of the Main API.
      openDatabase ??= async (name) => {
        const postgres = await joinEmbedded(join(dataDir, 'booking'), name)
        onClose(postgres.stop)
        return postgres.url
      }
      sqlUrl = await openDatabase('bench_sql')
      await addGroups(dataDir, { ...serviceEnv(dataDir), DATABASE_URL: sqlUrl }, [group])
      return {}
    },
    ...(isExternal && {
      async databases(dataDir, onClose) {
        const postgres = await createInstalledPostgres(join(dataDir, 'external'))
        onClose(() => postgres.stop())
        openDatabase = async (name) => {
          await postgres.ask(`create database ${name}`)
          return postgres.url(name)
        }
        return { DATABASE_URL: postgres.url('booking'), CRM_DATABASE_URL: postgres.url('crm') }
      },
    }),
  }
  return inWorld(plan, async (world) => {
    const { api, crm, group } = world
    const bare = await startBareServer()
    const [loader, sideLoader] = [startLoader(), startLoader()]
    const readers = group.people.slice(0, READERS)
    const programme = {
      spread: group.events.slice(0, SPREAD_EVENTS),
      hot: group.events.slice(SPREAD_EVENTS, -BOOKED_EVENTS),
      booked: group.events.slice(-BOOKED_EVENTS),
    }
    try {
      const seats = (READERS * programme.booked.length).toLocaleString('en')
      log(`booking ${seats} seats, so that there is something to read`)
      await bookAll(api.url, readers, programme.booked)
      const { cpu, memory } = metersOf(world)
      const meters = {
        ...cpu,
        bare: processMeter(...bare.pids.map((pid) => () => pid)),
        'side client': processMeter(() => sideLoader.pid),
      }
      const services = { api, crm, bare, loader, sideLoader, sqlUrl, openDatabase }
      return await work({
        ...services,
        clients,
        people: group.people,
        readers,
        programme,
        cpu: meters,
        memory,
      })
    } finally {
      for (const { stop } of [bare, loader, sideLoader]) await stop()
    }
  })
}

/** CPU time and memory of both services and of the PostgreSQL that each runs itself. */
export function metersOf({ dataDir, api, crm }: Pick<World, 'dataDir' | 'api' | 'crm'>) {
  const postmaster = (name: string) => () => findPostmaster(join(dataDir, name, 'pg'))?.pid ?? 0
  const server = (name: string) => readFamily(postmaster(name)()).map(({ pid }) => pid)
  return {
    cpu: {
      api: processMeter(api.pid),
      'api pg': familyMeter(postmaster('booking')),
      crm: processMeter(crm.pid),
      'crm pg': familyMeter(postmaster('crm')),
    },
    memory: (): Memory[] => [
      memoryOf('Main API', [api.pid()]),
      memoryOf('its PostgreSQL', server('booking')),
      memoryOf('CRM', [crm.pid()]),
      memoryOf('its PostgreSQL', server('crm')),
    ],
  }
}

async function bookAll(url: string, people: Person[], events: number[]): Promise<void> {
  const client = createClient({ connections: 64 })
  const pairs = events.flatMap((event_id) => people.map(({ token }) => ({ body: { event_id }, token })))
  try {
    await inParallel(pairs, 64, async (pair) => {
      const { status, body } = await client.call('POST', `${url}/api/bookings/`, pair)
      if (status !== 201) throw new Error(`A booking was answered with ${status} ${JSON.stringify(body)}`)
    })
  } finally {
    client.close()
  }
}
