import { listenTo } from '#harness/clients/event-listener.ts'
import { inMs, percentile } from '#harness/load/figures.ts'
import { createClient } from '#harness/load/load.ts'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'
import { type Crowd, inWorld, type Person } from '#harness/world/world.ts'
import type { Proof } from '../proof.ts'

const HEARD_MAX_MS = 1_000
/** So long anything is waited for before it counts as missed. */
const PATIENCE_MS = 10_000

export const proof: Proof = {
  name: 'live-seats',
  row: 'W2',
  claim: 'A booking at one process is heard by who listens to another within a second, and none is missed',
  async run({ quick, log, rounds = quick ? 10 : 200 }) {
    return inWorld({ apis: 2, crowds: [{ people: rounds, events: 4, capacity: rounds }] }, async (world) => {
      const [here, there] = world.apis.map(({ url }) => url) as [string, string]
      const { people, events } = world.crowds[0] as Crowd
      const client = createClient()
      const authorization = `Bearer ${(people[0] as Person).token}`
      const stream = await listenTo(`${there}/api/events/stream`, { authorization })
      const waits: number[] = []
      const counts = new Map<number, number>()
      for (const [i, { token }] of people.entries()) {
        const eventId = events[i % events.length] ?? 0
        const expected = (counts.get(eventId) ?? 0) + 1
        counts.set(eventId, expected)
        const { status } = await client.call('POST', `${here}/api/bookings/`, {
          token,
          body: { event_id: eventId },
        })
        if (status !== 201) throw new Error(`Booking answered ${status}`)
        const answeredAt = performance.now()
        const heardAt = await untilDrained(stream, eventId, expected)
        waits.push(heardAt === undefined ? Number.POSITIVE_INFINITY : Math.max(0, heardAt - answeredAt))
        if (i % 50 === 0) log(`booking ${i + 1}: heard after ${inMs(waits.at(-1) ?? 0)}`)
      }
      client.close()
      stream.leave()
      const missed = waits.filter((ms) => ms === Number.POSITIVE_INFINITY).length
      const late = waits.filter((ms) => ms > HEARD_MAX_MS).length
      return {
        // In the short form other tests run beside it: one that comes late is their doing.
        ok: missed === 0 && late <= (quick ? rounds / 2 : 0),
        figure:
          `${rounds} bookings: missed ${missed}, later than a second ${late}; after the answer heard in ` +
          `${inMs(percentile(waits, 0.5))} (median), ${inMs(percentile(waits, 1))} (slowest)${quick ? '; quick' : ''}`,
      }
    })
  },
}

/** When it was heard that the event has so many seats taken; undefined when it was not. */
async function untilDrained(
  { heard }: Awaited<ReturnType<typeof listenTo>>,
  eventId: number,
  taken: number,
): Promise<number | undefined> {
  const isIt = (data: unknown) => {
    const { event_id, current_participants } = data as { event_id?: number; current_participants?: number }
    return event_id === eventId && current_participants === taken
  }
  const isHeard = await waitUntil(() => heard.some(({ data }) => isIt(data)), PATIENCE_MS).then(
    () => true,
    () => false,
  )
  return isHeard ? performance.now() : undefined
}
