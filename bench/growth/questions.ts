import { CRM_TOKEN, type Group } from '#harness/world/world.ts'
import { getRequest, postRequest } from '../load/traffic.ts'

/** What there is to ask about. */
export type Grown = Group & { facilitators: number /** Of ten, of the whole programme. */; pages: number }

/** One kind of request. Every time it is asked about something else, so that no cache has the answer. */
export type Question = {
  name: string
  title: string
  service: 'api' | 'crm'
  status: number
  /** How many times longer it may take in the largest database than in the smallest, and how long at most. */
  limit?: { times: number; ms?: number }
  request(grown: Grown, turn: number): string
}

/** Of whom the CRM knows most. */
export const BUSY_FACILITATOR = 1

const NO_MORE = { times: 2 }

type Path = (grown: Grown, turn: number) => string

const read = (name: string, title: string, path: Path, limit?: Question['limit']): Question => ({
  name,
  title,
  service: 'api',
  status: 200,
  ...(limit && { limit }),
  request: (grown, turn) => getRequest(path(grown, turn), scattered(grown.people, turn).token),
})

const readCrm = (name: string, title: string, path: (turn: number) => string): Question => ({
  name,
  title,
  service: 'crm',
  status: 200,
  limit: NO_MORE,
  request: (_grown, turn) => getRequest(path(turn), CRM_TOKEN),
})

const ofFacilitator: Path = ({ facilitators }, turn) =>
  `/api/events/?facilitator_id=${1 + (turn % facilitators)}`
const rareWords: Path = (_, turn) => `/api/events/?search=tai%20chi%20${10 + turn}`
const frequentWord: Path = (_, turn) => `/api/events/?search=yoga&page=${turn + 1}`
const fromTheEnd: Path = ({ pages }, turn) => `/api/events/?page=${pages - turn}`
const BUSY = `/api/facilitators/${BUSY_FACILITATOR}`

export const questions: Question[] = [
  read('page', 'event page', (_, turn) => `/api/events/?page=${turn + 1}`, NO_MORE),
  read('type', 'of one type', (_, turn) => `/api/events/?type=session&page=${turn + 1}`, NO_MORE),
  read('facilitator', 'of one facilitator', ofFacilitator, NO_MORE),
  read('search', 'search, rare words', rareWords, { times: 6 }),
  read('search-word', 'search, a frequent word', frequentWord, { times: 6 }),
  read('detail', 'event detail', ({ events }, turn) => `/api/events/${scattered(events, turn)}`, NO_MORE),
  read('my-bookings', 'my bookings', () => '/api/bookings/', NO_MORE),
  { name: 'book', title: 'book a seat', service: 'api', status: 201, limit: NO_MORE, request: bookSomething },
  read('deepest', 'deepest page', fromTheEnd, { times: 30, ms: 150 }),
  readCrm('dashboard', 'CRM dashboard', () => `${BUSY}/dashboard`),
  readCrm(
    'crm-list',
    'CRM list',
    (turn) => `/api/bookings?facilitator_id=${BUSY_FACILITATOR}&page=${turn + 1}`,
  ),
  readCrm('crm-facilitator', 'CRM list with statistics', (turn) => `${BUSY}/bookings?page=${turn + 1}`),
]

/** Nobody has booked anything half the people away from themselves. */
function bookSomething({ people, events }: Grown, turn: number): string {
  const i = scatteredIndex(people.length, turn)
  const event_id = events[(i + Math.floor(people.length / 2)) % events.length]
  return postRequest('/api/bookings/', people[i]?.token ?? '', JSON.stringify({ event_id }))
}

function scattered<T>(items: T[], turn: number): T {
  return items[scatteredIndex(items.length, turn)] as T
}

/** Neighbours in turn are far apart: each meets other pages of the database. */
function scatteredIndex(length: number, turn: number): number {
  return Math.floor((((turn + 1) * 0.618_033_988_75) % 1) * length)
}
