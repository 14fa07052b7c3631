import { listenTo } from '#harness/clients/event-listener.ts'
import { inMs, percentile } from '#harness/load/figures.ts'
import { type Client, createClient } from '#harness/load/load.ts'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'
import { inWorld, type Person } from '#harness/world/world.ts'
import type { Proof } from '../proof.ts'

const HEARD_MAX_MS = 1_000
/** So long anything is waited for before it counts as missed. */
const PATIENCE_MS = 10_000

export const proof: Proof = {
  name: 'live-seats',
  row: 'W2',
  claim: 'A booking at one process is heard by who listens to another within a second, and none is missed',
  run({ quick, log, rounds = quick ? 10 : 200 }) {
    return inWorld({ apis: 2, groups: [{ people: rounds, events: 4, capacity: rounds }] }, async (world) => {
      const [here, there] = world.apis.map(({ url }) => url) as [string, string]
      const { people, events } = world.group
      const client = createClient()
      const waits = await hearBookings(client, {
        at: here,
        listening: there,
        listener: people[0] as Person,
        bookings: people.map((person, i) => ({ person, eventId: events[i % events.length] ?? 0 })),
      })
      client.close()
      for (const [i, ms] of waits.entries())
        if (i % 50 === 0) log(`booking ${i + 1}: heard after ${inMs(ms)}`)
      const missed = waits.filter((ms) => ms === Number.POSITIVE_INFINITY).length
      const late = countLate(waits)
      return {
        // In the short form other tests run beside it: one that comes late is their doing.
        ok: missed === 0 && late <= (quick ? rounds / 2 : 0),
        figure: [
          `${rounds} bookings: missed ${missed}, later than a second ${late}`,
          `after the answer heard in ${describeWaits(waits)}`,
          quick && 'quick',
        ],
      }
    })
  },
}

export const countLate = (waits: number[]): number => waits.filter((ms) => ms > HEARD_MAX_MS).length

export const describeWaits = (waits: number[]): string =>
  `${inMs(percentile(waits, 0.5))} (median), ${inMs(percentile(waits, 1))} (slowest)`

type Hearing = {
  /** The APIs at which people book, and to which somebody listens. */
  at: string
  listening: string
  listener: Person
  bookings: { person: Person; eventId: number }[]
}

/** Makes one booking after the other. How many ms after its answer each was heard of; infinite when it was not. */
export async function hearBookings(
  client: Client,
  { at, listening, listener, bookings }: Hearing,
): Promise<number[]> {
  const { heard, leave } = await listenTo(`${listening}/api/events/stream`, {
    authorization: `Bearer ${listener.token}`,
  })
  const waits: number[] = []
  const counts = new Map<number, number>()
  for (const { person, eventId } of bookings) {
    const taken = (counts.get(eventId) ?? 0) + 1
    counts.set(eventId, taken)
    const body = { event_id: eventId }
    const { status } = await client.call('POST', `${at}/api/bookings/`, { token: person.token, body })
    if (status !== 201) throw new Error(`Booking answered ${status}`)
    const answeredAt = performance.now()
    const isIt = ({ data }: { data: unknown }) => {
      const { event_id, current_participants } = data as Record<string, number>
      return event_id === eventId && current_participants === taken
    }
    const isHeard = await waitUntil(() => heard.some(isIt), PATIENCE_MS).then(
      () => true,
      () => false,
    )
    waits.push(isHeard ? performance.now() - answeredAt : Number.POSITIVE_INFINITY)
  }
  leave()
  return waits
}
