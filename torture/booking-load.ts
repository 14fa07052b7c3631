import { setTimeout as sleep } from 'node:timers/promises'
import { atPace } from '#harness/load/load.ts'
import type { Service } from '#harness/processes/services.ts'
import type { Crowd, Person } from '#harness/world/world.ts'
import type { History } from './history.ts'

type Pair = { person: Person; eventId: number }

type BookingLoad = {
  history: History
  api: Service
  pairs: Iterator<Pair>
  perSecond: number
  isOver: () => boolean
}

/** Every person with every event, once, dealt out like cards: neighbours in the list have different events. */
export function* allPairs({ people, events }: Crowd): Generator<Pair> {
  for (let offset = 0; offset < events.length; offset++) {
    for (const [i, person] of people.entries()) {
      const eventId = events[(i + offset) % events.length]
      if (eventId !== undefined) yield { person, eventId }
    }
  }
}

/** Books steadily, also while the service is away: then nobody gets an answer, and a pair is spent all the same. */
export async function bookUntil({ history, api, pairs, perSecond, isOver }: BookingLoad): Promise<void> {
  await atPace({ perSecond, concurrencyMax: 48, isOver }, async () => {
    const { value, done } = pairs.next()
    if (done) return
    const { status } = await history.book(api.url, value.person, value.eventId)
    // While nobody listens, failures come back at once: this keeps the pairs for when somebody does.
    if (status === 0) await sleep(200)
  })
}
