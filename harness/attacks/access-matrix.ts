import { randomUUID } from 'node:crypto'
import type { UserRow } from '#booking/database/user.table.ts'
import * as mailStore from '#booking/mail/queue/mail.store.ts'
import type { TestBooking } from '#harness/apps/test-booking.ts'
import { TEST_CRM_TOKEN } from '#harness/apps/test-crm.ts'
import { startTestPair } from '#harness/apps/test-pair.ts'
import { inject } from '#harness/apps/test-request.ts'
import { aFacilitator, anEvent, aUser } from '#harness/data/factories.ts'
import { aNotification } from '#harness/data/notification.factory.ts'
import type { App } from '#shared/http/app.ts'
import { ACTORS, type Actor, ID_KINDS, type IdKind, mayReadOthers, RULES } from './access-rules.ts'
import { type Operation, readOperations } from './operations.ts'

export type Matrix = { cells: number; faults: string[]; grid: string }

export type MatrixOptions = {
  /** Tokens may be exchanged, to see whether that is noticed. */
  tokens?: (tokens: Record<Actor, string | undefined>) => void
  method?: string
}

/** Every actor at every operation with every kind of id, held against the written expectation. */
export async function examineAccess(options: MatrixOptions = {}): Promise<Matrix> {
  const { booking, crm, close } = await startTestPair()
  await Promise.all([booking.app.ready(), crm.app.ready()])
  try {
    const world = await createWorld(booking)
    for (const id of [world.bookings.Ann, world.bookings.Bob]) {
      await crm.request('POST', '/api/notify', {
        token: TEST_CRM_TOKEN,
        body: aNotification({ booking_id: id }),
      })
    }
    const known = { ...world, bookings: { ...world.bookings }, secrets: {} }
    options.tokens?.(world.tokens)
    const parts = [
      await examineService('booking', booking.app, world, options, (operation) =>
        operation.name === LOGOUT ? logInAgain(booking, world) : createWorldIds(booking, world),
      ),
      await examineService('crm', crm.app, known, options, async () => ({})),
    ]
    return {
      cells: parts.reduce((sum, { cells }) => sum + cells, 0),
      faults: parts.flatMap(({ faults }) => faults),
      grid: parts.map(({ grid }) => grid).join('\n'),
    }
  } finally {
    await close()
  }
}

const LOGOUT = 'POST /api/auth/logout'

type Ids = { Ann: number; Bob: number }
type World = {
  tokens: Record<Actor, string | undefined>
  people: Partial<Record<Actor, UserRow>>
  /** What nobody else may ever read. */
  secrets: Partial<Record<Actor, string>>
  bookings: Ids
  /** Events of these bookings, and others that nobody has booked. All are the facilitator's. */
  booked: Ids
  events: Ids
  facilitators: Ids
  users: Ids
  sessions: { Ann: string; Bob: string }
  /** To them, and not sent yet. */
  mail: Ids
}

async function createWorld(booking: TestBooking): Promise<World> {
  const { deps, clock } = booking
  const [ann, bob, fay, max, admin] = await Promise.all([
    aUser(deps, { first_name: 'Ann', phone: '+49 111 secret-of-ann' }),
    aUser(deps, { first_name: 'Bob', phone: '+49 222 secret-of-bob' }),
    aUser(deps),
    aUser(deps),
    aUser(deps, { is_admin: true }),
  ])
  const facilitators = await Promise.all([fay, max].map(({ id }) => aFacilitator(deps, { user_id: id })))
  clock.advance(-3_601)
  const expired = await deps.identity.sessions.issue('access', ann)
  clock.advance(3_601)
  const world: World = {
    tokens: {
      nobody: undefined,
      Ann: ann.token,
      Bob: bob.token,
      facilitator: fay.token,
      'other facilitator': max.token,
      admin: admin.token,
      'Ann, expired': expired,
      'CRM token': TEST_CRM_TOKEN,
    },
    people: { Ann: ann, Bob: bob, facilitator: fay, 'other facilitator': max, admin },
    secrets: { Ann: 'secret-of-ann', Bob: 'secret-of-bob' },
    bookings: { Ann: 0, Bob: 0 },
    booked: { Ann: 0, Bob: 0 },
    events: { Ann: 0, Bob: 0 },
    facilitators: { Ann: facilitators[0]?.id ?? 0, Bob: facilitators[1]?.id ?? 0 },
    users: { Ann: ann.id, Bob: bob.id },
    sessions: { Ann: '', Bob: '' },
    mail: { Ann: 0, Bob: 0 },
  }
  Object.assign(world, await createWorldIds(booking, world))
  return world
}

/** A booking of Ann's and one of Bob's that no cell before has cancelled, and events that none has booked. */
async function createWorldIds(booking: TestBooking, { tokens, people, facilitators }: World) {
  const event = () => anEvent(booking.deps, { facilitator_id: facilitators.Ann })
  const booked = { Ann: await event(), Bob: await event() }
  const book = async (name: 'Ann' | 'Bob') => {
    const body = { event_id: booked[name], notes: `secret-of-${name.toLowerCase()}` }
    return (await booking.request('POST', '/api/bookings/', { token: tokens[name], body })).body.booking
      .id as number
  }
  const bookings = { Ann: await book('Ann'), Bob: await book('Bob') }
  const events = { Ann: await event(), Bob: await event() }
  const begin = async (
    {
      deps: {
        identity: { sessions },
      },
    }: TestBooking,
    name: 'Ann' | 'Bob',
  ) => {
    const { access_token } = await sessions.start(people[name] as UserRow)
    return (await sessions.identify(access_token))?.id ?? ''
  }
  const sessions = { Ann: await begin(booking, 'Ann'), Bob: await begin(booking, 'Bob') }
  const mail = { Ann: await aMail(booking, people.Ann), Bob: await aMail(booking, people.Bob) }
  return { bookings, booked, events, facilitators, sessions, mail }
}

async function aMail({ deps: { db, clock } }: TestBooking, person: UserRow | undefined): Promise<number> {
  const user_id = person?.id ?? 0
  await mailStore.owe(db, [{ reason: randomUUID(), kind: 'booking-confirmed', user_id }], clock.now())
  const [newest] = await mailStore.listOfUser(db, user_id)
  return newest?.id ?? 0
}

async function logInAgain({ deps }: TestBooking, { tokens, people }: World) {
  const renewed = Object.entries(people).map(async ([actor, user]) => [
    actor,
    await deps.identity.sessions.issue('access', user),
  ])
  return { tokens: { ...tokens, ...Object.fromEntries(await Promise.all(renewed)) } }
}

async function examineService(
  name: 'booking' | 'crm',
  app: App,
  world: World,
  { method }: MatrixOptions,
  renew: (operation: Operation) => Promise<object>,
): Promise<Matrix> {
  const faults: string[] = []
  const rows: string[][] = []
  for (const operation of readOperations(app.swagger())) {
    if (method && operation.method !== method) continue
    const rule = RULES[name][operation.name]
    if (!rule) {
      faults.push(`${name} ${operation.name} has no rule: say in access-rules.ts who may use it`)
      continue
    }
    for (const id of idKinds(operation)) {
      const row = [`${operation.name} ${id}`]
      for (const actor of ACTORS) {
        if (
          operation.method !== 'GET' &&
          /\/bookings|\/sessions|\/events\/\{id\}|\/logout$/.test(operation.path)
        )
          Object.assign(world, await renew(operation))
        const { statusCode, body } = await ask(app, operation, id, actor, world)
        const expected = rule(actor, id)
        const leak = Object.entries(world.secrets).find(
          ([owner, secret]) =>
            owner !== actor && body.includes(secret) && !mayReadOthers(operation.name, actor),
        )
        if (statusCode !== expected)
          faults.push(`${actor} at ${row[0]}: ${statusCode} instead of ${expected}`)
        if (leak) faults.push(`${actor} at ${row[0]} reads what belongs to ${leak[0]}`)
        row.push(`${statusCode}${statusCode === expected && !leak ? '' : ' !'}`)
      }
      rows.push(row)
    }
    if (operation.path.includes('/bookings/{')) faults.push(...(await tellApart(app, operation, world)))
  }
  return { cells: rows.length * ACTORS.length, faults, grid: layOut([[name, ...ACTORS], ...rows]) }
}

function idKinds({ path, name }: Operation): IdKind[] {
  const takesId = path.includes('{') || name === 'POST /api/bookings/'
  return takesId ? (Object.keys(ID_KINDS) as IdKind[]) : ['-']
}

function ask(app: App, { method, path, name }: Operation, kind: IdKind, actor: Actor, world: World) {
  const isNested = path.includes('{booking_id}')
  const noun =
    name === 'POST /api/bookings/' || path === '/api/programme/{id}'
      ? 'events'
      : isNested
        ? 'bookings'
        : (/(bookings|events|facilitators|users|sessions|mail)/.exec(path)?.[1] ?? '')
  const id = idOf(kind, world[noun as 'bookings'])
  const owners = path.includes('/facilitators/') ? world.facilitators : world.booked
  const token = world.tokens[actor]
  const body = name === 'POST /api/bookings/' ? `{"event_id":${toJsonId(id)}}` : (BODIES[name] ?? '{}')
  return inject(app, {
    method: method as 'GET',
    url: isNested
      ? path.replace('{id}', idOf(kind === "Bob's" ? kind : "Ann's", owners)).replace('{booking_id}', id)
      : path.replace(/\{\w+\}/, id),
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(method !== 'GET' && { 'content-type': 'application/json' }),
    },
    ...(method !== 'GET' && { payload: body }),
  })
}

/** Where an empty body would be refused before anybody asks who sent it. */
const BODIES: Record<string, string> = {
  'POST /api/events/{id}/messages': '{"subject":"Hello","text":"Bring a towel"}',
  'POST /api/events/{id}/messages/preview': '{"subject":"Hello","text":"Bring a towel"}',
  'PUT /api/bookings/{id}': '{"notes":null}',
  'PUT /api/bookings/{id}/attendance': '{"attendance":null}',
  'PUT /api/bookings/{id}/payment': '{"payment_status":"pending"}',
  'PUT /api/facilitators/{id}/crm/bookings/{booking_id}/status': '{"crm_status":"reviewed"}',
}

function idOf(kind: IdKind, ids: Ids | World['sessions'] | undefined): string {
  if (kind === '-' || !ids) return ''
  return ID_KINDS[kind] ?? String(kind === "Ann's" ? ids.Ann : ids.Bob)
}

function toJsonId(id: string): string {
  const text = decodeURIComponent(id)
  return Number.isNaN(Number(text)) ? JSON.stringify(text) : text
}

/** Bob must not learn from the words whether Ann's booking exists. */
async function tellApart(app: App, operation: Operation, world: World): Promise<string[]> {
  const [others, missing] = await Promise.all([
    ask(app, operation, "Ann's", 'Bob', world),
    ask(app, operation, 'missing', 'Bob', world),
  ])
  return others.body === missing.body ? [] : [`${operation.name}: Bob can tell Ann's booking from none`]
}

function layOut(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')).join('\n')
}
