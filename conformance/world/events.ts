import type { Answer, Query } from '../client.ts'
import { type Event, eventPage } from '../contract/models.ts'
import { expectBody } from '../expect.ts'
import { attendee } from './people.ts'
import { fromNaive } from './times.ts'
import type { World } from './world.ts'

export type EventList = { answer: Answer; events: Event[]; total: number; isWhole: boolean }

const pagesMax = 5
const anHour = 3_600_000

export async function askForEvents(world: World, query: Query = {}): Promise<Answer> {
  return (await attendee(world)).api.get('/api/events/', query)
}

/** As many events as fit on one page. */
export async function listEvents(world: World, query: Query = {}): Promise<EventList> {
  const answer = await askForEvents(world, { per_page: 100, ...query })
  const { events, pagination } = expectBody(answer, 200, eventPage)
  return { answer, events, total: pagination.total, isWhole: pagination.pages <= 1 }
}

/** The first few hundred upcoming events. */
export async function findEvents(world: World): Promise<Event[]> {
  const found: Event[] = []
  for (let page = 1; page <= pagesMax; page++) {
    const answer = await askForEvents(world, { page, per_page: 100 })
    const { events, pagination } = expectBody(answer, 200, eventPage)
    found.push(...events)
    if (!pagination.has_next) break
  }
  return found
}

/** Whether an event has that many free seats and does not start during the run. */
export function hasSeats(seats: number): (event: Event) => boolean {
  return (event) =>
    event.status === 'ACTIVE' && event.available_spots >= seats && startsAfter(event, Date.now() + anHour)
}

export function startsAfter(event: { start_datetime: string }, milliseconds: number): boolean {
  return fromNaive(event.start_datetime).getTime() > milliseconds
}

export function endsAfter(event: { end_datetime: string }, milliseconds: number): boolean {
  return fromNaive(event.end_datetime).getTime() > milliseconds
}

export function overlap(one: Event, other: Event): boolean {
  return one.start_datetime < other.end_datetime && other.start_datetime < one.end_datetime
}
