import { createClient, inParallel } from '#harness/load/load.ts'
import { CRM_TOKEN, inWorld, type World } from '#harness/world/world.ts'
import { aNotification } from '../load/traffic.ts'
import { BUSY_FACILITATOR, type Grown } from './questions.ts'

export type Size = { events: number; bookings: number; users: number; notifications: number }

export type GrownWorld = { size: Size; world: World; grown: Grown; notifySeconds: number }

const FACILITATORS = 100
const CAPACITY = 20
const BATCH = 500
/** Beyond the ids of bookings that are made while measuring. */
const FIRST_BOOKING_ID = 1_000_000_000

export function sizeOf(events: number): Size {
  const [bookings, notifications] = [events * 2, Math.round(events * 0.3)]
  return { events, bookings, users: Math.max(100, events / 10), notifications }
}

/** Both services once for each size, with data of their own; one after the other is filled, and all stay. */
export async function withSizes<T>(
  [size, ...others]: Size[],
  log: (size: Size, line: string) => void,
  work: (worlds: GrownWorld[]) => Promise<T>,
): Promise<T> {
  if (!size) return work([])
  const { events, bookings, users, notifications } = size
  const group = { people: users, events, bookings, capacity: CAPACITY, facilitators: FACILITATORS }
  const plan = { groups: [group], isDirect: true, log: (line: string) => log(size, line) }
  return inWorld(plan, async (world) => {
    plan.log(`seeded in ${world.group.seedSeconds.toFixed(1)} s`)
    const beganAt = performance.now()
    await notifyAll(world.crm.url, notifications, size)
    const notifySeconds = (performance.now() - beganAt) / 1_000
    const taken = notifications.toLocaleString('en')
    plan.log(`the CRM has taken ${taken} notifications in ${notifySeconds.toFixed(1)} s`)
    const grown = { ...world.group, facilitators: FACILITATORS, pages: Math.ceil(events / 10) }
    return withSizes(others, log, (worlds) => work([{ size, world, grown, notifySeconds }, ...worlds]))
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
