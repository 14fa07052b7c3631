import type { Answer, Query } from '../client.ts'
import { type Received, receivedAnswer, receivedPage } from '../contract/crm-models.ts'
import { expectBody } from '../expect.ts'
import type { ValueOf } from '../shape.ts'
import type { World } from './world.ts'

export type ReceivedList = { answer: Answer; body: ValueOf<typeof receivedPage>; bookingIds: number[] }

/** The first page of what the CRM lists for this query. */
export async function listReceived(world: World, query: Query = {}): Promise<ReceivedList> {
  const answer = await world.staff.get('/api/bookings', { per_page: 100, ...query })
  const body = expectBody(answer, 200, receivedPage)
  return { answer, body, bookingIds: body.bookings.map((booking) => booking.booking_id) }
}

export async function readReceived(
  world: World,
  bookingId: number,
): Promise<{ answer: Answer; booking: Received }> {
  const answer = await world.staff.get(`/api/bookings/${bookingId}`)
  return { answer, booking: expectBody(answer, 200, receivedAnswer).booking }
}
