import type { Answer, CallOptions, Client } from '#harness/load/load.ts'
import type { Person } from '#harness/world/world.ts'

/** One attempt to book and what the person was told. Status 0: no answer came, so both outcomes are possible. */
type Attempt = { person: Person; eventId: number; bookingId?: number; answer: Answer }

/** Status 0 or 5xx: the booking may or may not be cancelled. */
type Cancellation = { bookingId: number; answer: Answer }

/** An organiser cancelled an event with all that hangs on it. Status 0 or 5xx: it may or may not be cancelled. */
type EventCancellation = { eventId: number; answer: Answer }

/** Books and cancels as people would, and remembers everything they were told. */
export type History = {
  attempts: Attempt[]
  cancellations: Cancellation[]
  eventCancellations: EventCancellation[]
  book(api: string, person: Person, eventId: number, options?: CallOptions): Promise<Answer>
  cancel(api: string, person: Person, bookingId: number): Promise<Answer>
  cancelEvent(api: string, organiser: Person, eventId: number): Promise<Answer>
  /** Bookings that somebody was promised. */
  acknowledged(): Attempt[]
}

export function createHistory(client: Client): History {
  const attempts: Attempt[] = []
  const cancellations: Cancellation[] = []
  const eventCancellations: EventCancellation[] = []
  return {
    attempts,
    cancellations,
    eventCancellations,
    async book(api, person, eventId, options = {}) {
      const answer = await client.call('POST', `${api}/api/bookings/`, {
        token: person.token,
        body: { event_id: eventId },
        ...options,
      })
      const bookingId = answer.status === 201 ? answer.body.booking?.id : undefined
      attempts.push({ person, eventId, answer, ...(bookingId && { bookingId }) })
      return answer
    },
    async cancel(api, person, bookingId) {
      const answer = await client.call('PUT', `${api}/api/bookings/${bookingId}/cancel`, {
        token: person.token,
      })
      cancellations.push({ bookingId, answer })
      return answer
    },
    async cancelEvent(api, { token }, eventId) {
      const answer = await client.call('PUT', `${api}/api/events/${eventId}/cancel`, { token, body: {} })
      eventCancellations.push({ eventId, answer })
      return answer
    },
    acknowledged: () => attempts.filter(({ answer }) => answer.status === 201),
  }
}
