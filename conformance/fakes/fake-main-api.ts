import { randomUUID } from 'node:crypto'
import {
  type FakeRequest,
  type FakeServer,
  type Fault,
  type Json,
  now,
  page,
  type Reply,
  refuse,
  serve,
} from './fake-server.ts'

const aDay = 86_400_000
const jane = { id: 1, name: 'Jane Smith', bio: 'Certified meditation instructor' }

const types = [
  { key: 'SESSION', value: 1 },
  { key: 'RETREAT', value: 2 },
]

type Store = { events: Json[]; users: Json[]; bookings: Json[]; tokens: Map<string, Json>; crmUrl: string }

/** The Main API as the contract describes it, in memory. */
export function startFakeMainApi(crmUrl: string, fault?: Fault): Promise<FakeServer> {
  const login = { email: 'jane.smith@example.com', password: 'demo-password-123' }
  const store: Store = {
    events: [1, 2, 3, 4].map(newEvent),
    users: [newUser(1, { ...login, first_name: 'Jane', last_name: 'Smith' })],
    bookings: [],
    tokens: new Map(),
    crmUrl,
  }
  return serve((request) => answer(request, store), fault)
}

function answer(request: FakeRequest, store: Store): Reply | Promise<Reply> {
  const { endpoint, token = '', body } = request
  if (endpoint === 'GET /health') return ok({ status: 'healthy', database: 'connected' })
  if (endpoint === 'POST /api/auth/register') return register(body, store)
  if (endpoint === 'POST /api/auth/login') return login(body, store)
  if (endpoint === 'POST /api/auth/google-login') return refuse(body.token ? 401 : 400)
  if (endpoint === 'POST /api/facilitators/login') return login(body, store, { facilitator: jane })
  if (!endpoint.includes('/api/') || endpoint.includes('no-such')) return refuse(404)
  const user = store.tokens.get(token)
  if (!user) return refuse(401)
  if (endpoint === 'POST /api/auth/refresh') return ok({ access_token: issue(user, store) })
  if (endpoint === 'GET /api/auth/profile') return ok({ user: publicUser(user) })
  if (endpoint.includes('/bookings/')) return answerBookings(request, user, store)
  return answerEvents(request, store)
}

function answerEvents({ endpoint, id, query }: FakeRequest, { events }: Store): Reply {
  const found = events.find((event) => event.id === id)
  switch (endpoint) {
    case 'GET /api/events/types':
      return ok({ event_types: types })
    case 'GET /api/events/:id':
      return found ? ok({ event: found }) : refuse(404)
    case 'GET /api/facilitators/':
      return ok(paged('facilitators', [jane, { ...jane, id: 2 }], query))
    case 'GET /api/facilitators/:id':
      return id === jane.id ? ok({ facilitator: jane }) : refuse(404)
    case 'GET /api/facilitators/:id/events':
      return id === jane.id ? ok({ events }) : refuse(404)
    case 'GET /api/events/':
      return ok(paged('events', events.filter(matches(query)), query))
    default:
      return refuse(404)
  }
}

async function answerBookings(
  { endpoint, id, query, body }: FakeRequest,
  user: Json,
  store: Store,
): Promise<Reply> {
  if (endpoint === 'POST /api/bookings/') return book(body, user, store)
  const own = store.bookings.filter((booking) => booking.user.id === user.id)
  if (endpoint === 'GET /api/bookings/') {
    const wanted = own.filter(({ status }) => [null, status].includes(query.get('status')))
    return ok(paged('bookings', wanted, query))
  }
  const booking = own.find((one) => one.id === id)
  if (!booking) return refuse(404)
  if (endpoint === 'GET /api/bookings/:id') return ok({ booking })
  if (booking.status === 'CANCELLED') return refuse(400)
  booking.status = 'CANCELLED'
  const event = store.events.find((one) => one.id === booking.event.id)
  takeSeats(event, -1)
  const cancelled = { id, status: 'CANCELLED', updated_at: now() }
  return ok({ message: 'Booking cancelled successfully', booking: cancelled })
}

async function book(
  { event_id, notes = null }: Json,
  user: Json,
  { events, bookings, crmUrl }: Store,
): Promise<Reply> {
  if (!event_id) return refuse(400)
  const event = events.find((one) => one.id === event_id)
  if (!event) return refuse(404)
  const isBooked = bookings.some(
    (one) => one.user.id === user.id && one.event.id === event_id && one.status === 'CONFIRMED',
  )
  if (isBooked) return refuse(409)
  takeSeats(event, 1)
  const { id, email, first_name, last_name, phone } = user
  const { title, event_type, start_datetime } = event
  const booking = {
    id: bookings.length + 1,
    user: { id, email, first_name, last_name },
    event: { id: event_id, title, event_type, start_datetime },
    booking_date: now(),
    status: 'CONFIRMED',
    notes,
    payment_status: 'pending',
    created_at: now(),
  }
  bookings.push(booking)
  const notification = {
    booking_id: booking.id,
    user: { id, email, name: `${first_name} ${last_name}`, phone },
    event: { id: event_id, title, type: event_type.toLowerCase() },
    facilitator_id: event.facilitator.id,
  }
  const headers = { authorization: 'Bearer crm-static-bearer-token-123' }
  await fetch(`${crmUrl}/api/notify`, { method: 'POST', headers, body: JSON.stringify(notification) })
  return { status: 201, body: { message: 'Booking created successfully', booking, crm_notified: true } }
}

function register(body: Json, { users }: Store): Reply {
  if (!body.email || !body.password) return refuse(400)
  if (users.some(({ email }) => email === body.email)) return refuse(409)
  const user = newUser(users.length + 1, body)
  users.push(user)
  return { status: 201, body: { message: 'User registered successfully', user: publicUser(user) } }
}

function login({ email, password }: Json, store: Store, more: Json = {}): Reply {
  if (!email || !password) return refuse(400)
  const user = store.users.find((one) => one.email === email && one.password === password)
  if (!user) return refuse(401)
  const tokens = { access_token: issue(user, store), refresh_token: issue(user, store) }
  return ok({ message: 'Login successful', user: publicUser(user), ...tokens, ...more })
}

function issue(user: Json, { tokens }: Store): string {
  const part = (value: Json) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const token = `${part({ alg: 'HS256' })}.${part({ jti: randomUUID() })}.${part(randomUUID())}`
  tokens.set(token, user)
  return token
}

function newUser(id: number, { email, password, first_name, last_name, phone = null }: Json): Json {
  return { id, email, password, first_name, last_name, phone, created_at: now(), is_active: true }
}

function publicUser({ password: _, ...user }: Json): Json {
  return user
}

function newEvent(id: number): Json {
  const startsAt = Date.now() + id * aDay
  const naive = (time: number) => new Date(time).toISOString().slice(0, 19)
  return {
    id,
    title: `Gathering ${id}`,
    description: `Number ${id}, with mindfulness`,
    event_type: id % 2 ? 'SESSION' : 'RETREAT',
    facilitator: jane,
    start_datetime: naive(startsAt),
    end_datetime: naive(startsAt + 3_600_000),
    location: 'Wellness Center',
    virtual_link: null,
    max_participants: 20,
    current_participants: 0,
    available_spots: 20,
    price: 25,
    status: 'ACTIVE',
    requirements: 'Bring your own mat',
    is_full: false,
    created_at: now(),
  }
}

function takeSeats(event: Json, seats: number): void {
  event.current_participants += seats
  event.available_spots -= seats
}

function matches(query: URLSearchParams): (event: Json) => boolean {
  const search = (query.get('search') ?? '').toLowerCase()
  return ({ title, description, event_type, facilitator }) =>
    [null, event_type.toLowerCase()].includes(query.get('type')) &&
    [null, String(facilitator.id)].includes(query.get('facilitator_id')) &&
    `${title}\n${description}`.toLowerCase().includes(search)
}

function paged(key: string, items: Json[], query: URLSearchParams): Json {
  const found = page(items, query)
  return { [key]: found.items, pagination: found.pagination }
}

function ok(body: Json): Reply {
  return { status: 200, body }
}
