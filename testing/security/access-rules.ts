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
const owns = (actor: Actor, id: IdKind) => id === `${actor}'s`

const open =
  (status: number): Rule =>
  () =>
    status
const people =
  (status: number): Rule =>
  (actor) =>
    isPerson(actor) ? status : 401
const peopleIfItExists: Rule = (actor, id) => (!isPerson(actor) ? 401 : exists(id) ? 200 : 404)
/** Somebody else's is as unknown as what does not exist, to facilitators and admins too. */
const ownerOnly: Rule = (actor, id) => (!isPerson(actor) ? 401 : owns(actor, id) ? 200 : 404)
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

/** Bodies are empty, so 400 means: may come in. */
export const RULES: Record<'booking' | 'crm', Record<string, Rule>> = {
  booking: {
    'GET /health': open(200),
    'GET /ready': open(200),
    'POST /api/auth/register': open(400),
    'POST /api/auth/login': open(400),
    'POST /api/auth/google-login': open(400),
    'POST /api/facilitators/login': open(400),
    'POST /api/auth/refresh': open(401),
    'GET /api/auth/profile': people(200),
    'GET /api/events/': people(200),
    'GET /api/events/types': people(200),
    'GET /api/events/{id}': peopleIfItExists,
    'GET /api/facilitators/': people(200),
    'GET /api/facilitators/{id}': peopleIfItExists,
    'GET /api/facilitators/{id}/events': peopleIfItExists,
    'POST /api/bookings/': bookers,
    'GET /api/bookings/': people(200),
    'GET /api/bookings/{id}': ownerOnly,
    'PUT /api/bookings/{id}/cancel': ownerOnly,
    'GET /api/reconcile': admins,
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
    'GET /api/reconcile': machine(400),
    'GET /api/reconcile/bookings': machine(400),
  },
}
