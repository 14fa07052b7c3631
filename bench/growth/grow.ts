import { createClient, inParallel } from '#harness/load/load.ts'
import { CRM_TOKEN, inDataDir, serviceEnv } from '#harness/world/world.ts'
import { aNotification } from '../load/traffic.ts'
import { plant } from '../stage/populate.ts'
import { type Services, startServices } from '../stage/services.ts'
import { BUSY_FACILITATOR, type Grown } from './questions.ts'

export type Size = { events: number; bookings: number; users: number; notifications: number }

export type GrownWorld = {
  size: Size
  services: Services
  grown: Grown
  seedSeconds: number
  notifySeconds: number
}

const FACILITATORS = 100
const CAPACITY = 20
const BATCH = 500
/** Beyond the ids of bookings that are made while measuring. */
const FIRST_BOOKING_ID = 1_000_000_000

export function sizeOf(events: number): Size {
  return {
    events,
    bookings: events * 2,
    users: Math.max(100, events / 10),
    notifications: Math.round(events * 0.3),
  }
}

/** Both services once for each size, with data of their own; one after the other is filled, and all stay. */
export async function withSizes<T>(
  [size, ...others]: Size[],
  log: (size: Size, line: string) => void,
  work: (worlds: GrownWorld[]) => Promise<T>,
): Promise<T> {
  if (!size) return work([])
  return withSize(
    size,
    (line) => log(size, line),
    (world) => withSizes(others, log, (worlds) => work([world, ...worlds])),
  )
}

function withSize<T>(
  size: Size,
  log: (line: string) => void,
  work: (world: GrownWorld) => Promise<T>,
): Promise<T> {
  return inDataDir(undefined, async (dataDir, onClose) => {
    const { events, bookings, users, notifications } = size
    const tokensFile = `${dataDir}/tokens.jsonl`
    const plan = {
      events,
      bookings,
      users,
      facilitators: FACILITATORS,
      capacity: CAPACITY,
      hot: false,
      tokensFile,
    }
    const planted = await plant(serviceEnv(dataDir), plan, (line) => log(`seeding ${line}`))
    log(`seeded in ${planted.seconds.toFixed(1)} s`)
    const services = await startServices(dataDir, {}, onClose)
    const beganAt = performance.now()
    await notifyAll(services.crm.url, notifications, size)
    const notifySeconds = (performance.now() - beganAt) / 1_000
    log(
      `the CRM has taken ${notifications.toLocaleString('en')} notifications in ${notifySeconds.toFixed(1)} s`,
    )
    const grown = { ...planted, facilitators: FACILITATORS, pages: Math.ceil(events / 10) }
    return work({ size, services, grown, seedSeconds: planted.seconds, notifySeconds })
  })
}

/** As the Main API would tell it, all about one facilitator. */
async function notifyAll(url: string, count: number, { users, events }: Size): Promise<void> {
  const client = createClient({ connections: 2 })
  const batches = Array.from({ length: Math.ceil(count / BATCH) }, (_, i) => i * BATCH)
  try {
    await inParallel(batches, 2, async (from) => {
      const notifications = Array.from({ length: Math.min(BATCH, count - from) }, (_, i) => {
        const n = from + i
        const { user, event, ...rest } = aNotification(FIRST_BOOKING_ID + n, 1)
        const id = 1 + (n % Math.ceil(events / FACILITATORS))
        return {
          ...rest,
          user: { ...user, id: 1 + (n % users) },
          event: { ...event, id, title: `Session ${id}` },
          facilitator_id: BUSY_FACILITATOR,
        }
      })
      const options = { token: CRM_TOKEN, body: { notifications } }
      const { status, body } = await client.call('POST', `${url}/api/notify/batch`, options)
      if (status !== 200) throw new Error(`The CRM answers ${status} ${JSON.stringify(body)}`)
    })
  } finally {
    client.close()
  }
}
