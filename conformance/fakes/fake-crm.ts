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

const token = 'crm-static-bearer-token-123'
const statuses = ['new', 'reviewed', 'contacted', 'confirmed', 'completed']
const week = 7 * 86_400_000

/** The CRM service as the contract describes it, in memory. */
export function startFakeCrm(fault?: Fault): Promise<FakeServer> {
  const received: Json[] = []
  return serve((request) => answer(request, received), fault)
}

function answer({ endpoint, id, query, token: given, body }: FakeRequest, received: Json[]): Reply {
  if (endpoint === 'GET /health') return ok(health(received))
  if (!endpoint.includes('/api/') || endpoint.includes('no-such')) return refuse(404)
  if (given !== token) return refuse(401)
  const booking = received.find((one) => one.booking_id === id)
  switch (endpoint) {
    case 'POST /api/notify':
      return notify(body, received)
    case 'GET /api/bookings':
      return ok(listBookings(query, received))
    case 'GET /api/bookings/:id':
      return booking ? ok({ booking }) : refuse(404)
    case 'PUT /api/bookings/:id/status':
      return booking ? changeStatus(booking, body.crm_status) : refuse(404)
    case 'GET /api/facilitators/:id/bookings':
      return ok(facilitatorBookings(id, query, received))
    case 'GET /api/facilitators/:id/dashboard':
      return ok(dashboard(id, received))
    default:
      return refuse(404)
  }
}

function notify(body: Json, received: Json[]): Reply {
  if (!body.booking_id) return refuse(400)
  const id = received.length + 1
  received.push({ id, ...body, received_at: now(), status: 'received', crm_status: 'new' })
  return ok({ message: 'Booking notification received successfully', notification_id: id, status: 'success' })
}

function changeStatus(booking: Json, crm_status: string): Reply {
  if (!statuses.includes(crm_status)) return refuse(400)
  const old_status = booking.crm_status
  booking.crm_status = crm_status
  const { booking_id } = booking
  return ok({ message: 'Updated', booking_id, old_status, new_status: crm_status, updated_at: now() })
}

function listBookings(query: URLSearchParams, received: Json[]): Json {
  const number = (name: string) => (query.has(name) ? Number(query.get(name)) : null)
  const filters_applied: Json = {
    facilitator_id: number('facilitator_id'),
    event_id: number('event_id'),
    user_id: number('user_id'),
    status: query.get('status'),
    crm_status: query.get('crm_status'),
  }
  const matching = received.filter(({ facilitator_id, event, user, status, crm_status }) => {
    const values: Json = { facilitator_id, event_id: event.id, user_id: user.id, status, crm_status }
    return Object.keys(values).every((key) => [null, values[key]].includes(filters_applied[key]))
  })
  const { items: bookings, pagination } = page(matching, query)
  const summary = { total_notifications: received.length, filtered_results: matching.length }
  return { bookings, pagination, filters_applied, summary }
}

function facilitatorBookings(facilitator_id: number, query: URLSearchParams, received: Json[]): Json {
  const theirs = received.filter((one) => one.facilitator_id === facilitator_id)
  const { recent_bookings_count: recent_bookings, ...statistics } = count(theirs)
  const matching = theirs.filter(({ status, event, crm_status }) => {
    const values = { status, event_type: event.type, crm_status }
    return Object.entries(values).every(([key, value]) => [null, value].includes(query.get(key)))
  })
  const { items: bookings, pagination } = page(matching, query)
  return { facilitator_id, bookings, statistics: { ...statistics, recent_bookings }, pagination }
}

function dashboard(facilitator_id: number, received: Json[]): Json {
  const theirs = received.filter((one) => one.facilitator_id === facilitator_id)
  const summary = count(theirs)
  const popular_events = [...Map.groupBy(theirs, ({ event }) => event.id).values()]
    .toSorted((one, other) => other.length - one.length)
    .map((bookings) => {
      const { id, title, type } = bookings[0].event
      return { event_id: id, event_title: title, event_type: type, booking_count: bookings.length }
    })
  const sessions_vs_retreats = { sessions: summary.session_bookings, retreats: summary.retreat_bookings }
  const booking_trends = { sessions_vs_retreats }
  return {
    facilitator_id,
    summary,
    popular_events,
    recent_bookings: theirs,
    booking_trends,
    generated_at: now(),
  }
}

function count(bookings: Json[]): Json {
  const ofType = (type: string) => bookings.filter(({ event }) => event.type === type).length
  const aWeekAgo = new Date(Date.now() - week).toISOString()
  return {
    total_bookings: bookings.length,
    session_bookings: ofType('session'),
    retreat_bookings: ofType('retreat'),
    recent_bookings_count: bookings.filter(({ received_at }) => received_at > aWeekAgo).length,
    unique_events: new Set(bookings.map(({ event }) => event.id)).size,
    unique_users: new Set(bookings.map(({ user }) => user.id)).size,
  }
}

function health(received: Json[]): Json {
  return {
    status: 'healthy',
    service: 'CRM Notification Service',
    port: 8003,
    timestamp: now(),
    notifications_received: received.length,
    unique_facilitators: new Set(received.map((one) => one.facilitator_id)).size,
    unique_events: new Set(received.map(({ event }) => event.id)).size,
    endpoints: [
      '/health',
      '/api/notify',
      '/api/bookings',
      '/api/facilitators/{id}/bookings',
      '/api/facilitators/{id}/dashboard',
      '/api/bookings/{id}',
      '/api/bookings/{id}/status',
    ],
  }
}

function ok(body: Json): Reply {
  return { status: 200, body }
}
