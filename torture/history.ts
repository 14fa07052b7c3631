import { setTimeout as sleep } from 'node:timers/promises'
import { deal } from '#harness/load/deal.ts'
import { type Answer, atPace, type CallOptions, type Client, createClient } from '#harness/load/load.ts'
import type { Person, World } from '#harness/world/world.ts'

/** One attempt to book and what the person was told. Status 0: no answer came, so both outcomes are possible. */
export type Attempt = { person: Person; eventId: number; bookingId?: number; answer: Answer }

/** Books and cancels as people would, and remembers everything they were told. */
export type History = {
  attempts: Attempt[]
  /** Status 0 or 5xx: it may or may not be cancelled. */
  cancellations: { bookingId: number; answer: Answer }[]
  /** An organiser cancelled an event with all that hangs on it. Status 0 or 5xx as above. */
  eventCancellations: { eventId: number; answer: Answer }[]
  book(api: string, person: Person, eventId: number, options?: CallOptions): Promise<Answer>
  cancel(api: string, person: Person, bookingId: number): Promise<Answer>
  cancelEvent(api: string, organiser: Person, eventId: number): Promise<Answer>
  /** Bookings that somebody was promised. */
  acknowledged(): Attempt[]
}

export function createHistory(client: Client): History {
  const history: History = {
    attempts: [],
    cancellations: [],
    eventCancellations: [],
    async book(api, person, eventId, options = {}) {
      const answer = await client.call('POST', `${api}/api/bookings/`, {
        token: person.token,
        body: { event_id: eventId },
        ...options,
      })
      const bookingId = answer.status === 201 ? answer.body.booking?.id : undefined
      history.attempts.push({ person, eventId, answer, ...(bookingId && { bookingId }) })
      return answer
    },
    async cancel(api, { token }, bookingId) {
      const answer = await client.call('PUT', `${api}/api/bookings/${bookingId}/cancel`, { token })
      history.cancellations.push({ bookingId, answer })
      return answer
    },
    async cancelEvent(api, { token }, eventId) {
      const answer = await client.call('PUT', `${api}/api/events/${eventId}/cancel`, { token, body: {} })
      history.eventCancellations.push({ eventId, answer })
      return answer
    },
    acknowledged: () => history.attempts.filter(({ answer }) => answer.status === 201),
  }
  return history
}

type Load = {
  perSecond: number
  /** Where people book; default: the first API. With several, each is asked so often. */
  urls?: string[]
}

/** The first group of a world, booking. */
export type Bookers = {
  client: Client
  history: History
  /** The next person books the next event; undefined when everybody has had everything. */
  next(url?: string): Promise<Attempt | undefined>
  /** Books steadily until it is over, also while nobody answers: an attempt is spent all the same. */
  until(isOver: () => boolean, load: Load): Promise<void>
  /** Books steadily as long as the work takes. */
  during<T>(load: Load, work: () => Promise<T>): Promise<T>
}

/** Every person with every event, once, dealt out like cards: neighbours in the list have different events. */
export function openBookers(
  { api, group }: Pick<World, 'api' | 'group'>,
  options?: Parameters<typeof createClient>[0],
): Bookers {
  const client = createClient(options)
  const history = createHistory(client)
  const nextPair = deal({ people: group.people, events: group.events, order: 'spread' })
  const next = async (url = api.url): Promise<Attempt | undefined> => {
    const pair = nextPair()
    if (!pair) return undefined
    const answer = await history.book(url, pair.person, pair.event)
    return { person: pair.person, eventId: pair.event, answer, ...bookingIdOf(answer) }
  }
  const until = async (isOver: () => boolean, { perSecond, urls = [api.url] }: Load) => {
    await Promise.all(
      urls.map((url) =>
        atPace({ perSecond, concurrencyMax: 48, isOver }, async () => {
          // While nobody listens, failures come back at once: this keeps the pairs for when somebody does.
          if ((await next(url))?.answer.status === 0) await sleep(200)
        }),
      ),
    )
  }
  return {
    client,
    history,
    next,
    until,
    async during(load, work) {
      let isOver = false
      const loading = until(() => isOver, load)
      try {
        return await work()
      } finally {
        isOver = true
        await loading
      }
    },
  }
}

function bookingIdOf({ status, body }: Answer) {
  return status === 201 && body.booking ? { bookingId: body.booking.id } : {}
}
