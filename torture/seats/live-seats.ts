import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { inMs, percentile } from '../figures.ts'
import { createClient } from '../load.ts'
import type { Proof } from '../proof.ts'
import { type Crowd, inWorld, type Person } from '../world.ts'

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
      const stream = await listen(there, people[0] as Person)
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
        const heardAt = await stream.untilHeard(eventId, expected)
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

/** Listens to all events, and remembers when each event was first heard to have so many seats taken. */
async function listen(api: string, { token }: Person) {
  const heard = new Map<string, number>()
  const request = get(`${api}/api/events/stream`, {
    headers: { authorization: `Bearer ${token}` },
    agent: false,
  })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  if (response.statusCode !== 200) throw new Error(`The stream answered ${response.statusCode}`)
  let text = ''
  response.on('error', () => {})
  response.setEncoding('utf8').on('data', (part: string) => {
    const lines = (text + part).split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) {
      if (!line.startsWith('data: ')) continue
      const { event_id, current_participants } = JSON.parse(line.slice(6))
      const key = `${event_id} ${current_participants}`
      if (!heard.has(key)) heard.set(key, performance.now())
    }
  })
  return {
    async untilHeard(eventId: number, taken: number): Promise<number | undefined> {
      const deadline = performance.now() + PATIENCE_MS
      while (!heard.has(`${eventId} ${taken}`) && performance.now() < deadline) await sleep(5)
      return heard.get(`${eventId} ${taken}`)
    },
    leave: () => void request.destroy(),
  }
}
