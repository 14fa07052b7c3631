/** Who may do what: the written expectation for every operation, actor and id. `access-matrix.ts` holds it against the services. */

export const ACTORS = [
  'nobody',
  'Ann',
  'Bob',
  'facilitator',
  'other facilitator',
  'admin',
  'Ann, expired',
  'CRM token',
] as const
export type Actor = (typeof ACTORS)[number]

/** Where an operation takes no id, there is one kind, `-`. */
export const ID_KINDS = {
  "Ann's": undefined,
  "Bob's": undefined,
  missing: '2147483647',
  '0': '0',
  '-1': '-1',
  '2^31': '2147483648',
  '2^63': '9223372036854775808',
  '1e20': '1e20',
  '1 or 1=1': '1%20or%201=1',
  '%00': '%00',
} as const
export type IdKind = keyof typeof ID_KINDS | '-'

type Rule = (actor: Actor, id: IdKind) => number

const isPerson = (actor: Actor) => !['nobody', 'Ann, expired', 'CRM token'].includes(actor)
const exists = (id: IdKind) => id === "Ann's" || id === "Bob's" || id === '-'
const isOrganiser = (actor: Actor) => actor === 'facilitator' || actor === 'admin'
const owns = (actor: Actor, id: IdKind) => id === `${actor}'s`

const open =
  (status: number): Rule =>
  () =>
    status
/** What needs no login, by an id. */
const openIfItExists: Rule = (_actor, id) => (exists(id) ? 200 : 404)
const people =
  (status: number): Rule =>
  (actor) =>
    isPerson(actor) ? status : 401
const peopleIfItExists: Rule = (actor, id) => (!isPerson(actor) ? 401 : exists(id) ? 200 : 404)
/** Somebody else's is as unknown as what does not exist, to facilitators and admins too. */
const ownerOnly: Rule = (actor, id) => (!isPerson(actor) ? 401 : owns(actor, id) ? 200 : 404)
/** Everybody else has heard of the event, but may not look behind it. */
const organisers: Rule = (actor, id) =>
  !isPerson(actor) ? 401 : !exists(id) ? 404 : isOrganiser(actor) ? 200 : 403
/** Of a booking only its attendee and who runs the event know. */
const organisersOfBooking: Rule = (actor, id) =>
  !isPerson(actor) ? 401 : !exists(id) ? 404 : isOrganiser(actor) ? 200 : owns(actor, id) ? 403 : 404
/** The event is one that exists; the id is that of the booking. */
const organisersOfRoster: Rule = (actor, id) => {
  if (!isPerson(actor)) return 401
  if (!exists(id) && id !== 'missing') return 404
  return !isOrganiser(actor) ? 403 : exists(id) ? 200 : 404
}
/** An admin says whose event it is; others may only say their own. */
const facilitatorsAndAdmins: Rule = (actor) =>
  !isPerson(actor) ? 401 : isOrganiser(actor) || actor === 'other facilitator' ? 400 : 403
/** Facilitators are known to everybody. "Ann's" is the one called `facilitator` here, "Bob's" the other one. */
const ownFacilitator: Rule = (actor, id) => {
  if (!isPerson(actor)) return 401
  if (!exists(id)) return 404
  const own = id === "Ann's" ? 'facilitator' : 'other facilitator'
  return actor === 'admin' || actor === own ? 200 : 403
}
/** The id is that of the booking, which is the `facilitator`'s in any case; for "Bob's" the other one is asked about it. */
const ownCrmBooking: Rule = (actor, id) => {
  if (!isPerson(actor)) return 401
  if (!exists(id) && id !== 'missing') return 404
  const own = id === "Bob's" ? 'other facilitator' : 'facilitator'
  if (actor !== 'admin' && actor !== own) return 403
  return id === "Ann's" ? 200 : 404
}
const adminsIfItExists: Rule = (actor, id) => {
  const status = admins(actor, id)
  return status === 200 && !exists(id) ? 404 : status
}
/** Who leads events may ask about anybody: they give up what is at events of theirs. What is no id is unknown to all. */
const leaders: Rule = (actor, id) => {
  if (!isPerson(actor)) return 401
  if (!exists(id) && id !== 'missing') return 404
  return !isOrganiser(actor) && actor !== 'other facilitator' ? 403 : exists(id) ? 200 : 404
}
/** To events that nobody has booked there is nobody to write to. */
const writersToNobody: Rule = (actor, id) => {
  const status = organisers(actor, id)
  return status === 200 ? 409 : status
}
const admins: Rule = (actor) => (!isPerson(actor) ? 401 : actor === 'admin' ? 200 : 403)
/** Ids in a body are checked as values: what cannot be an id is a 400. */
const bookers: Rule = (actor, id) =>
  !isPerson(actor) ? 401 : exists(id) ? 201 : id === 'missing' ? 404 : 400
const machine =
  (status: number): Rule =>
  (actor) =>
    actor === 'CRM token' ? status : 401
const machineIfItExists: Rule = (actor, id) => (actor !== 'CRM token' ? 401 : exists(id) ? 200 : 404)
/** To the CRM a facilitator without bookings is one with zero bookings; only what is no id is unknown. */
const machineIfItIsAnId: Rule = (actor, id) =>
  actor !== 'CRM token' ? 401 : exists(id) || id === 'missing' ? 200 : 404

/** Who is shown what belongs to attendees, because they look after them. */
export const mayReadOthers = (operation: string, actor: Actor): boolean =>
  isOrganiser(actor) && LOOKED_AFTER.some((path) => operation.endsWith(path))

const LOOKED_AFTER = [
  '/users',
  '/users/{id}',
  '/events/{id}/bookings',
  '/events/{id}/waitlist',
  '/attendance',
  '/payment',
  '/crm/bookings/{booking_id}',
]

/** Bodies are empty unless `access-matrix.ts` has one, so 400 means: may come in. */
export const RULES: Record<'booking' | 'crm', Record<string, Rule>> = {
  booking: {
    'GET /health': open(200),
    'GET /ready': open(200),
    'GET /api/settings': open(200),
    'GET /api/programme': open(200),
    'GET /api/programme/{id}': openIfItExists,
    'GET /api/programme/facilitators': open(200),
    'GET /api/programme/facilitators/{id}': openIfItExists,
    'POST /api/auth/register': open(400),
    'POST /api/auth/login': open(400),
    'POST /api/auth/google-login': open(400),
    'POST /api/facilitators/login': open(400),
    'POST /api/auth/refresh': open(401),
    'POST /api/auth/forgot-password': open(400),
    'POST /api/auth/reset-password': open(400),
    'POST /api/auth/verify-email': people(400),
    'POST /api/auth/verify-email/resend': people(202),
    'POST /api/auth/logout': people(200),
    'GET /api/auth/profile': people(200),
    'PUT /api/auth/profile': people(200),
    'PUT /api/auth/password': people(400),
    'PUT /api/auth/preferences': people(200),
    'GET /api/auth/export': people(200),
    'GET /api/auth/account': people(200),
    'DELETE /api/auth/account': people(400),
    'GET /api/auth/sessions': people(200),
    'DELETE /api/auth/sessions/{id}': ownerOnly,
    'GET /api/events/': people(200),
    'GET /api/events/types': people(200),
    'GET /api/events/{id}': peopleIfItExists,
    'POST /api/events/': facilitatorsAndAdmins,
    'PUT /api/events/{id}': organisers,
    'PUT /api/events/{id}/cancel': organisers,
    'GET /api/events/{id}/calendar.ics': peopleIfItExists,
    'GET /api/events/stream': people(200),
    // Not full: there is nothing to wait for.
    'POST /api/events/{id}/waitlist': (actor, id) => (!isPerson(actor) ? 401 : exists(id) ? 409 : 404),
    'GET /api/events/{id}/waitlist': peopleIfItExists,
    'DELETE /api/events/{id}/waitlist': people(404),
    'GET /api/events/{id}/bookings': organisers,
    'PUT /api/events/{id}/bookings/{booking_id}/cancel': organisersOfRoster,
    'GET /api/facilitators/': people(200),
    'POST /api/facilitators/': (actor, id) => (admins(actor, id) === 200 ? 400 : admins(actor, id)),
    'PUT /api/facilitators/{id}': ownFacilitator,
    'GET /api/facilitators/{id}': peopleIfItExists,
    'GET /api/facilitators/{id}/events': peopleIfItExists,
    'GET /api/notices': people(200),
    'PUT /api/notices/seen': people(400),
    'POST /api/bookings/': bookers,
    'GET /api/bookings/': people(200),
    'GET /api/bookings/{id}': ownerOnly,
    'PUT /api/bookings/{id}': ownerOnly,
    'PUT /api/bookings/{id}/cancel': ownerOnly,
    'PUT /api/bookings/{id}/attendance': organisersOfBooking,
    'PUT /api/bookings/{id}/payment': organisersOfBooking,
    'GET /api/bookings/waitlist': people(200),
    // The secret in its address opens it, and nothing else.
    'GET /api/bookings/calendar.ics': open(401),
    'POST /api/bookings/calendar-token': people(201),
    // Everybody has made one in the row before.
    'GET /api/bookings/calendar-token': people(200),
    'DELETE /api/bookings/calendar-token': people(200),
    'GET /api/facilitators/{id}/dashboard': ownFacilitator,
    'GET /api/facilitators/{id}/crm/bookings': ownFacilitator,
    'GET /api/facilitators/{id}/crm/bookings/{booking_id}': ownCrmBooking,
    'GET /api/facilitators/{id}/crm/bookings/{booking_id}/history': ownCrmBooking,
    'PUT /api/facilitators/{id}/crm/bookings/{booking_id}/status': ownCrmBooking,
    'GET /api/facilitators/{id}/crm/stream': ownFacilitator,
    'GET /api/delivery': admins,
    'GET /api/reconcile': admins,
    'POST /api/reconcile': admins,
    'GET /api/audit-log': admins,
    'POST /api/events/{id}/messages': writersToNobody,
    'GET /api/events/{id}/messages/audience': organisers,
    'POST /api/events/{id}/messages/preview': organisers,
    'GET /api/mail': admins,
    'GET /api/mail/{id}': adminsIfItExists,
    'POST /api/mail/{id}/retry': adminsIfItExists,
    'GET /api/users': admins,
    'GET /api/users/{id}': adminsIfItExists,
    'PUT /api/users/{id}': adminsIfItExists,
    'POST /api/users/{id}/cancel-bookings': leaders,
  },
  crm: {
    'GET /health': open(200),
    'GET /ready': open(200),
    'POST /api/notify': machine(400),
    'POST /api/notify/batch': machine(400),
    'GET /api/bookings': machine(200),
    'GET /api/bookings/{id}': machineIfItExists,
    'PUT /api/bookings/{id}/status': (actor, id) => {
      const status = machineIfItExists(actor, id)
      return status === 200 || (status === 404 && id === 'missing') ? 400 : status
    },
    'GET /api/bookings/{id}/history': machineIfItExists,
    'GET /api/facilitators/{id}/bookings': machineIfItIsAnId,
    'GET /api/facilitators/{id}/dashboard': machineIfItIsAnId,
    'GET /api/facilitators/{id}/stream': machineIfItIsAnId,
    'PUT /api/users/{id}/anonymise': machineIfItIsAnId,
    'GET /api/reconcile': machine(400),
    'GET /api/reconcile/bookings': machine(400),
  },
}
