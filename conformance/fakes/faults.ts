import type { Fault, Json } from './fake-server.ts'

/** A fault of a service, and the check that has to detect it. */
export type KnownFault = {
  flaw: string
  area: string
  endpoint: string
  check: string
  main?: Fault
  crm?: Fault
}

const noToken = 'refuses a request without a token'
const eventModel = 'returns the event model with every documented field'

export const faults: KnownFault[] = [
  {
    flaw: 'a price that is text',
    area: 'main-events',
    endpoint: 'GET /api/events/',
    check: eventModel,
    main: altering('GET /api/events/', ({ events }) => {
      for (const event of events) event.price = '25.00'
    }),
  },
  {
    flaw: 'a virtual_link that is left out instead of null',
    area: 'main-events',
    endpoint: 'GET /api/events/',
    check: eventModel,
    main: altering('GET /api/events/', ({ events }) => {
      for (const event of events) event.virtual_link = undefined
    }),
  },
  {
    flaw: 'a timestamp with an offset',
    area: 'main-auth',
    endpoint: 'GET /api/auth/profile',
    check: 'returns the user model of the caller',
    main: altering('GET /api/auth/profile', ({ user }) => {
      user.created_at += '+00:00'
    }),
  },
  {
    flaw: 'pagination without has_next',
    area: 'main-bookings',
    endpoint: 'GET /api/bookings/',
    check: 'starts at page 1 with 10 items a page',
    main: altering('GET /api/bookings/', ({ pagination }) => {
      pagination.has_next = undefined
    }),
  },
  {
    flaw: 'one page too many',
    area: 'main-facilitators',
    endpoint: 'GET /api/facilitators/',
    check: 'counts its pages and their neighbours correctly',
    main: altering('GET /api/facilitators/', ({ pagination }) => {
      pagination.pages += 1
    }),
  },
  {
    flaw: 'a request without a token that is let in',
    area: 'main-auth',
    endpoint: 'GET /api/auth/profile',
    check: noToken,
    main: ({ token }, reply) => {
      if (token === undefined && reply.status === 401) reply.status = 200
    },
  },
  {
    flaw: 'an error body of another shape',
    area: 'main-bookings',
    endpoint: 'POST /api/bookings/',
    check: noToken,
    main: (_, reply) => {
      if (reply.status === 401) reply.body = { msg: 'Missing Authorization Header' }
    },
  },
  {
    flaw: 'a redirect where an answer should be',
    area: 'main-events',
    endpoint: 'GET /api/events/types',
    check: 'returns the two types with their keys and values',
    main: answering('GET /api/events/types', 308),
  },
  {
    flaw: 'a filter that lets others through',
    area: 'main-events',
    endpoint: 'GET /api/events/',
    check: 'lists only retreats with type=retreat',
    main: ({ query }, { body }) => {
      if (query.get('type') === 'retreat') body.events[0].event_type = 'SESSION'
    },
  },
  {
    flaw: 'an unknown event that is a server error',
    area: 'main-events',
    endpoint: 'GET /api/events/<event_id>',
    check: 'answers 404 for an unknown event',
    main: ({ endpoint }, reply) => {
      if (endpoint === 'GET /api/events/:id' && reply.status === 404) reply.status = 500
    },
  },
  {
    flaw: 'a booking that others can see',
    area: 'main-bookings',
    endpoint: 'GET /api/bookings/<booking_id>',
    check: 'hides the bookings of others',
    main: answering('GET /api/bookings/:id', 200),
  },
  {
    flaw: 'a cancellation that keeps the seat',
    area: 'main-bookings',
    endpoint: 'PUT /api/bookings/<booking_id>/cancel',
    check: 'frees the seat',
    main: altering('GET /api/events/:id', ({ event }) => {
      event.current_participants = 1
    }),
  },
  {
    flaw: 'a password that comes back',
    area: 'main-auth',
    endpoint: 'POST /api/auth/register',
    check: 'creates the user and returns the user model with every documented field',
    main: ({ endpoint, body }, reply) => {
      if (endpoint === 'POST /api/auth/register') reply.body = { ...reply.body, password: body.password }
    },
  },
  {
    flaw: 'statistics that do not add up',
    area: 'crm-facilitators',
    endpoint: 'GET /api/facilitators/<facilitator_id>/dashboard',
    check: 'counts what the CRM was sent',
    crm: altering('GET /api/facilitators/:id/dashboard', ({ summary }) => {
      summary.retreat_bookings += 1
    }),
  },
  {
    flaw: 'a filter that comes back as text',
    area: 'crm-bookings',
    endpoint: 'GET /api/bookings',
    check: 'repeats the filters that were applied',
    crm: altering('GET /api/bookings', ({ filters_applied }) => {
      if (filters_applied.user_id) filters_applied.user_id = String(filters_applied.user_id)
    }),
  },
  {
    flaw: 'a status that nobody documented',
    area: 'crm-bookings',
    endpoint: 'PUT /api/bookings/<booking_id>/status',
    check: 'refuses a status that is not documented, and keeps the old one',
    crm: answering('PUT /api/bookings/:id/status', 200),
  },
  {
    flaw: 'an endpoint that the health report forgets',
    area: 'crm-health',
    endpoint: 'GET /health',
    check: 'lists the published endpoints',
    crm: altering('GET /health', ({ endpoints }) => {
      endpoints.pop()
    }),
  },
  {
    flaw: 'a notification that is lost',
    area: 'crm-notify',
    endpoint: 'POST /api/notify',
    check: 'keeps what it was sent, as received and new',
    crm: answering('GET /api/bookings/:id', 404),
  },
  {
    flaw: 'a name that changes on its way to the CRM',
    area: 'main-to-crm',
    endpoint: 'from the Main API to the CRM',
    check: 'says who booked',
    crm: altering('GET /api/bookings/:id', ({ booking }) => {
      booking.user.name = booking.user.email
    }),
  },
]

/** Changes the body of a correct answer. */
function altering(wanted: string, change: (body: Json) => void): Fault {
  return ({ endpoint }, reply) => {
    if (endpoint === wanted && reply.status < 300) change(reply.body)
  }
}

function answering(wanted: string, status: number): Fault {
  return ({ endpoint }, reply) => {
    if (endpoint === wanted) reply.status = status
  }
}
