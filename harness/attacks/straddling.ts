import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { sql } from 'kysely'
import type { UserRow } from '#booking/database/user.table.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import type { TestBooking } from '#harness/apps/test-booking.ts'
import { aFacilitator, anEvent, aUser } from '#harness/data/factories.ts'
import { type Operation, readOperations } from './operations.ts'

/**
 * Requests that begin before something happens to the account and end after it: the head is sent, then it happens, then
 * the body is.
 */
type Sender = { user: UserRow; token: string; password: string }
type Ending = {
  /** What the requests that are about roles are refused with; all others are refused with 401. */
  statuses: number[]
  /** Only for requests that need the role. */
  isOfRole?: boolean
  happen(booking: TestBooking, sender: Sender): Promise<unknown>
}

const ENDINGS: Record<string, Ending> = {
  'the account is deleted': {
    statuses: [401],
    happen: (booking, { token, password }) =>
      expectOk(booking, 'DELETE', '/api/auth/account', token, { password }),
  },
  'there is a new password': {
    statuses: [401],
    happen: (booking, { token, password }) =>
      expectOk(booking, 'PUT', '/api/auth/password', token, {
        current_password: password,
        new_password: 'an unheard-of phrase',
      }),
  },
  'the session is logged out': {
    statuses: [401],
    happen: (booking, { token }) => expectOk(booking, 'POST', '/api/auth/logout', token, {}),
  },
  'all sessions are logged out': {
    statuses: [401],
    happen: (booking, { token }) =>
      expectOk(booking, 'POST', '/api/auth/logout', token, { everywhere: true }),
  },
  'the account is closed': {
    statuses: [401],
    happen: ({ deps }, { user }) => userStore.update(deps.db, user.id, { is_active: false }),
  },
  'the admin is demoted': {
    statuses: [403],
    isOfRole: true,
    happen: ({ deps }, { user }) => userStore.update(deps.db, user.id, { is_admin: false }),
  },
}

export type Straddled = { requests: number; came_through: string[] }

/**
 * Every operation that writes and needs a login, with everything that can happen meanwhile, at another instance: the one
 * that has the request hears of it from the database alone.
 */
export async function straddle(
  booking: TestBooking,
  passwordHash: string,
  password: string,
): Promise<Straddled> {
  await booking.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = booking.app.server.address() as AddressInfo
  const elsewhere = { ...booking, ...(await booking.startInstance()) }
  const operations = readOperations(booking.app.swagger()).filter(
    ({ method, isProtected, path }) => method !== 'GET' && isProtected && !TOKEN_DOORS.has(path),
  )
  const outcome: Straddled = { requests: 0, came_through: [] }
  for (const [name, ending] of Object.entries(ENDINGS)) {
    for (const operation of operations) {
      if (ending.isOfRole && !FOR_ADMINS.has(operation.name)) continue
      const user = await aUser(booking.deps, { password_hash: passwordHash, is_admin: true })
      const sender = { user, token: user.token, password }
      const world = await aWorld(booking, user)
      const { socket, send } = await begin(port, operation, sender, world)
      await ending.happen(elsewhere, sender)
      const between = await footprint(booking)
      const status = await send(socket)
      const changed = (await footprint(booking)) !== between
      outcome.requests++
      if (!ending.statuses.includes(status) || changed)
        outcome.came_through.push(
          `${operation.name} after ${name}: ${status}${changed ? ', and changed something' : ''}`,
        )
    }
  }
  return outcome
}

/** They are about tokens, not about what an account may do: who holds one may end it. */
const TOKEN_DOORS = new Set(['/api/auth/refresh', '/api/auth/logout'])
const FOR_ADMINS = new Set([
  'POST /api/facilitators/',
  'PUT /api/facilitators/{id}',
  'POST /api/events/',
  'PUT /api/events/{id}',
  'PUT /api/events/{id}/cancel',
  'POST /api/reconcile',
])

type World = {
  event_id: number
  full_id: number
  booking_id: number
  facilitator_id: number
  session_id: string
}

/** What every operation would have something to do to, if it were let. */
async function aWorld(booking: TestBooking, user: UserRow & { token: string }): Promise<World> {
  const { deps } = booking
  // Somebody else stays an admin, so that everybody can be deleted.
  await aUser(deps, { is_admin: true })
  const { id: facilitator_id } = await aFacilitator(deps)
  const booked = await anEvent(deps, { facilitator_id })
  const answer = await booking.request('POST', '/api/bookings/', {
    token: user.token,
    body: { event_id: booked },
  })
  const { access_token } = await deps.identity.sessions.start(user)
  return {
    event_id: await anEvent(deps, { facilitator_id }),
    full_id: await anEvent(deps, { facilitator_id, max_participants: 1, current_participants: 1 }),
    booking_id: answer.body.booking.id,
    facilitator_id,
    session_id: (await deps.identity.sessions.identify(access_token))?.id ?? '',
  }
}

async function begin(
  port: number,
  { name, method, path }: Operation,
  { token, password }: Sender,
  world: World,
) {
  const body = JSON.stringify(bodyOf(name, world, password))
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(
    `${method} ${urlOf(path, world)} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body.slice(0, 1)}`,
  )
  // Long enough for the head to be looked at.
  await new Promise((resolve) => setTimeout(resolve, 15))
  const send = async (to: Socket) => {
    to.write(body.slice(1))
    return Number((await text(to)).split(' ')[1])
  }
  return { socket, send }
}

function urlOf(path: string, world: World): string {
  const isOfBooking = /^\/api\/bookings\/\{id\}/.test(path)
  const id = path.includes('/facilitators/')
    ? world.facilitator_id
    : path.includes('/sessions/')
      ? world.session_id
      : isOfBooking
        ? world.booking_id
        : path.endsWith('/waitlist')
          ? world.full_id
          : world.event_id
  return path.replace('{id}', String(id)).replace('{booking_id}', String(world.booking_id))
}

/** Operations that are not named are sent an empty body, which is refused at the latest by what it lacks. */
function bodyOf(name: string, { event_id, facilitator_id }: World, password: string): object {
  const start = new Date(Date.now() + 90 * 86_400_000)
  const times = {
    start_datetime: start.toISOString(),
    end_datetime: new Date(start.getTime() + 3_600_000).toISOString(),
  }
  const bodies: Record<string, object> = {
    'POST /api/bookings/': { event_id, notes: 'written after the end' },
    'POST /api/events/': {
      title: 'Late',
      event_type: 'SESSION',
      max_participants: 5,
      price: 1,
      facilitator_id,
      ...times,
    },
    'PUT /api/events/{id}': { title: 'Changed late' },
    'PUT /api/events/{id}/cancel': { reason: 'late' },
    'POST /api/events/{id}/messages': { subject: 'Late', text: 'Written after the end.' },
    'POST /api/events/{id}/messages/preview': { subject: 'Late', text: 'Written after the end.' },
    'PUT /api/notices/seen': { ids: ['event-message:1'] },
    'POST /api/auth/verify-email': { token: 'A'.repeat(43) },
    'PUT /api/auth/profile': { first_name: 'Late' },
    'PUT /api/auth/password': { current_password: password, new_password: 'yet another phrase' },
    'DELETE /api/auth/account': { password },
    'PUT /api/bookings/{id}': { notes: 'Straddling' },
    'PUT /api/bookings/{id}/attendance': { attendance: 'attended' },
    'PUT /api/bookings/{id}/payment': { payment_status: 'paid' },
    'POST /api/facilitators/': {
      email: 'late@example.com',
      password: 'a late password',
      first_name: 'L',
      last_name: 'L',
    },
    'PUT /api/facilitators/{id}': { bio: 'late' },
    'PUT /api/facilitators/{id}/crm/bookings/{booking_id}/status': { crm_status: 'reviewed' },
  }
  return bodies[name] ?? {}
}

/** All that requests leave behind: every entry of the log, every row that could be written. */
async function footprint({ deps: { db } }: TestBooking): Promise<string> {
  const { rows } = await sql<{ print: string }>`
    select concat_ws(' ',
      (select count(*) from audit_log), (select count(*) from bookings), (select count(*) from waitlist_entries),
      (select count(*) from events), (select count(*) from facilitators), (select count(*) from calendar_tokens),
      (select count(*) from idempotency_keys), (select count(*) from ended_sessions),
      (select sum(session_version) from users)
    ) as print`.execute(db)
  return rows[0]?.print ?? ''
}

async function expectOk(
  booking: TestBooking,
  method: 'POST' | 'PUT' | 'DELETE',
  url: string,
  token: string,
  body: object,
): Promise<void> {
  const answer = await booking.request(method, url, { token, body })
  if (answer.status !== 200)
    throw new Error(`${method} ${url}: ${answer.status} ${JSON.stringify(answer.body)}`)
}
