import type { Db } from '#booking/database/database.ts'
import * as eventStore from '#booking/events/event.store.ts'
import * as facilitatorStore from '#booking/facilitators/facilitator.store.ts'
import { hashPassword } from '#booking/identity/login/passwords.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import type { Clock } from '#shared/lib/clock.ts'
import type { Logger } from '#shared/telemetry/logger.ts'
import * as demoStore from './demo.store.ts'
import { CYCLE_DAYS, DEMO_EVENTS, DEMO_FACILITATORS } from './demo-events.ts'

export type DemoDataDeps = { log: Logger; clock: Clock; db: Db }

export const DEMO_PASSWORD = 'demo-password-123'

const DAY_MS = 24 * 60 * 60 * 1000
const GUESTS = ['Ines', 'Noah', 'Yuki', 'Omar', 'Freya', 'Lucas']

/** Adds demo accounts and events to an empty database, and moves demo events that have begun to their next date. */
export async function addDemoData({ db, clock, log }: DemoDataDeps): Promise<void> {
  const now = clock.now()
  await db.transaction().execute(async (trx) => {
    await demoStore.lockDemoData(trx)
    if (!(await demoStore.hasUsers(trx))) {
      await addAccounts(trx)
      await addEvents(trx, now)
      log.info({ events: DEMO_EVENTS.length }, 'demo data added')
    }
    await rollForward(trx, now)
  })
}

async function addAccounts(trx: Db): Promise<void> {
  const password_hash = await hashPassword(DEMO_PASSWORD)
  const add = async (email: string, first_name: string, last_name: string, is_admin = false) => {
    const phone = '+1234567890'
    return userStore.insert(trx, {
      email,
      password_hash,
      google_sub: null,
      first_name,
      last_name,
      phone,
      is_admin,
      is_demo: true,
    })
  }
  await add('john.doe@example.com', 'John', 'Doe')
  await add('admin@example.com', 'Ada', 'Admin', true)
  for (const facilitator of DEMO_FACILITATORS) {
    const { first_name, last_name } = facilitator
    const email = `${first_name}.${last_name}@example.com`
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
    const user = await add(email, first_name, last_name)
    await facilitatorStore.insert(trx, { ...facilitator, user_id: user?.id ?? null })
  }
  for (const [i, name] of GUESTS.entries()) await add(`guest-${i + 1}@example.com`, name, 'Guest')
}

async function addEvents(trx: Db, now: Date): Promise<void> {
  const localStarts = DEMO_EVENTS.map(({ day, at, timezone }) => {
    const date = new Date(now.getTime() + (day + 1) * DAY_MS).toISOString().slice(0, 10)
    return { local: `${date}T${at}`, timezone }
  })
  const starts = await demoStore.listInstants(trx, localStarts)
  const events = DEMO_EVENTS.map(({ day, at, lengthMinutes, booked, ...event }, i) => {
    const start = starts[i] as Date
    return {
      ...event,
      start_datetime: start,
      end_datetime: new Date(start.getTime() + lengthMinutes * 60_000),
    }
  })
  const inserted = await eventStore.insertMany(trx, events)
  for (const [i, { id }] of inserted.entries())
    await demoStore.bookGuests(trx, id, DEMO_EVENTS[i]?.booked ?? 0)
}

async function rollForward(trx: Db, now: Date): Promise<void> {
  for (const [i, { title, booked }] of DEMO_EVENTS.entries()) {
    const event = await demoStore.findBegun(trx, i + 1, title, now)
    if (!event) continue
    await demoStore.rollForward(trx, event, await demoStore.getNextStart(trx, event.id, CYCLE_DAYS, now))
    await demoStore.bookGuests(trx, event.id, booked)
  }
}
