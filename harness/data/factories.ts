import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { EVENT_TYPES, type NewEvent } from '#booking/database/event.table.ts'
import type { NewFacilitator } from '#booking/database/facilitator.table.ts'
import type { NewUser, UserRow } from '#booking/database/user.table.ts'
import type { Deps } from '#booking/deps.ts'
import * as eventStore from '#booking/events/event.store.ts'
import * as facilitatorStore from '#booking/facilitators/facilitator.store.ts'
import * as userStore from '#booking/identity/users/user.store.ts'

const HOUR_MS = 60 * 60 * 1000

/** An account without a password, and an access token for it. */
export async function aUser(
  deps: Deps,
  overrides: Partial<NewUser> = {},
): Promise<UserRow & { token: string }> {
  const user = await userStore.insert(deps.db, {
    email: `${randomUUID()}@example.com`,
    password_hash: null,
    google_sub: null,
    first_name: 'Ann',
    last_name: 'Other',
    phone: null,
    ...overrides,
  })
  if (!user) throw new Error(`There is already a user ${overrides.email}`)
  return { ...user, token: await deps.identity.sessions.issue('access', user) }
}

export function aFacilitator(deps: Deps, overrides: Partial<NewFacilitator> = {}) {
  return facilitatorStore.insert(deps.db, {
    user_id: null,
    first_name: 'Jane',
    last_name: 'Smith',
    bio: 'Certified meditation instructor',
    specialization: 'Meditation',
    experience_years: 12,
    ...overrides,
  })
}

/** A facilitator with an account, and an access token for it. */
export async function anOrganiser(deps: Deps): Promise<UserRow & { token: string; facilitator_id: number }> {
  const user = await aUser(deps)
  const { id } = await aFacilitator(deps, { user_id: user.id })
  return { ...user, facilitator_id: id }
}

let slots = 0

/** An open event of one hour from tomorrow on; each call takes an hour of its own unless a start is given. */
export async function anEvent(deps: Deps, overrides: Partial<NewEvent> = {}): Promise<number> {
  const start = overrides.start_datetime ?? new Date(deps.clock.now().getTime() + (24 + slots++) * HOUR_MS)
  const facilitator_id = overrides.facilitator_id ?? (await aFacilitator(deps)).id
  const [event] = await eventStore.insertMany(deps.db, [
    {
      title: 'Morning Meditation Session',
      description: 'Start your day with mindfulness',
      event_type: 'SESSION',
      end_datetime: new Date(start.getTime() + HOUR_MS),
      location: 'Wellness Center',
      virtual_link: null,
      max_participants: 20,
      price: 25,
      requirements: 'Bring your own mat',
      ...overrides,
      facilitator_id,
      start_datetime: start,
    },
  ])
  if (!event) throw new Error('The event was not inserted')
  return event.id
}

/** So many people at once who have booked the event. Straight into the database: one by one would take minutes. */
export async function crowd({ db }: Deps, event_id: number, count: number): Promise<void> {
  await sql`
    with people as (
      insert into users (email, first_name, last_name)
      select gen_random_uuid() || '@example.com', 'Crowd', 'Member' from generate_series(1, ${count}::int) returning id
    ),
    booked as (
      insert into bookings (user_id, event_id, during)
      select people.id, events.id, tstzrange(start_datetime, end_datetime)
      from people, events where events.id = ${event_id} returning id
    )
    update events set current_participants = current_participants + ${count}, revision = revision + 1
    where id = ${event_id}`.execute(db)
}

/** Events of all kinds, three an hour, from ten days ago on. Every seventh is by the sea, every eleventh in the hills. */
export async function manyEvents(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  count: number,
  facilitators: number[],
): Promise<void> {
  const pick = <T>(items: readonly T[], n: number) => items[n % items.length] as T
  const first = clock.now().getTime() - 240 * HOUR_MS
  const events = Array.from({ length: count }, (_, n): NewEvent => {
    const start = first + Math.floor(n / 3) * HOUR_MS
    return {
      title: `Event ${n}`,
      description: n % 7 === 0 ? 'by the sea' : n % 11 === 0 ? 'in the hills' : null,
      event_type: pick(EVENT_TYPES, n),
      facilitator_id: pick(facilitators, n >> 1),
      start_datetime: new Date(start),
      end_datetime: new Date(start + HOUR_MS),
      max_participants: 5,
      status: pick(['ACTIVE', 'ACTIVE', 'ACTIVE', 'CANCELLED', 'COMPLETED'] as const, n),
      location: null,
      virtual_link: null,
      requirements: null,
      cancellation_reason: null,
      series_id: null,
    }
  })
  await eventStore.insertMany(db, events)
}
