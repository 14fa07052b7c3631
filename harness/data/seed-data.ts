import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Db } from '#booking/database/database.ts'
import { DEMO_PASSWORD } from '#booking/demo/demo-data.ts'
import type { Deps } from '#booking/deps.ts'
import { hashPassword } from '#booking/identity/login/passwords.ts'
import * as seedStore from './seed.store.ts'

export type SeedPlan = {
  events: number
  users: number
  facilitators: number
  bookings: number
  /** Seats of each event. */
  capacity: number
  /** All bookings go to the first event instead of being spread. */
  hot: boolean
  /** Where one line of JSON a user goes: `{"user_id", "email", "access_token"}`. */
  tokensFile?: string | undefined
}

/** Why the plan cannot be carried out; undefined when it can. */
export function seedPlanFault({
  events,
  users,
  facilitators,
  bookings,
  capacity,
  hot,
}: SeedPlan): string | undefined {
  if (events > 0 && facilitators < 1)
    return 'Events need somebody to lead them: set --facilitators to 1 or more.'
  if (bookings === 0) return undefined
  if (events < 1 || users < 1) return 'Bookings need --events and --users.'
  const perEvent = Math.ceil(bookings / (hot ? 1 : events))
  if (perEvent > capacity) return `${perEvent} bookings an event do not fit: raise --capacity to ${perEvent}.`
  if (perEvent > users)
    return `${perEvent} bookings an event need as many people: raise --users to ${perEvent}.`
  return undefined
}

/** Adds that much data in one transaction, on top of what is there. */
export async function seed(deps: Deps, plan: SeedPlan, progress: (line: string) => void): Promise<void> {
  // In production they have tokens only: everybody knows that password.
  const password_hash = deps.config.production ? null : await hashPassword(DEMO_PASSWORD)
  const run = randomUUID().slice(0, 8)
  const start = nextMidnight(deps.clock.now())
  const users = await deps.db.transaction().execute(async (trx) => {
    progress(`${plan.users} users, ${plan.facilitators} facilitators`)
    const users = await seedStore.insertUsers(trx, plan.users, password_hash, run)
    const facilitators = await seedStore.insertFacilitators(trx, plan.facilitators)
    await addEvents(trx, { plan, users, facilitators, start, progress })
    return users
  })
  await seedStore.analyse(deps.db)
  if (!plan.tokensFile) return
  progress(`tokens to ${plan.tokensFile}`)
  await pipeline(Readable.from(tokenLines(deps, users)), createWriteStream(plan.tokensFile, { mode: 0o600 }))
}

type Cast = {
  plan: SeedPlan
  users: seedStore.IdRange
  facilitators: seedStore.IdRange
  start: Date
  progress: (line: string) => void
}

/** In pieces: a single statement for millions of rows would hold them all in memory, and say nothing for minutes. */
async function addEvents(trx: Db, { plan, users, facilitators, start, progress }: Cast): Promise<void> {
  const { events, bookings, capacity, hot } = plan
  if (events === 0) return
  const deal = { bookings, over: hot ? 1 : events }
  let firstEvent = 0
  for (const piece of pieces(events)) {
    progress(`${piece.from + piece.count} of ${events} events`)
    const first = await seedStore.insertEvents(trx, { ...piece, capacity, facilitators, start, deal })
    firstEvent ||= first
  }
  for (const piece of pieces(bookings)) {
    progress(`${piece.from + piece.count} of ${bookings} bookings`)
    await seedStore.insertBookings(trx, piece, { firstEvent, deal, users })
  }
}

const PIECE = 100_000

function pieces(count: number): { from: number; count: number }[] {
  return Array.from({ length: Math.ceil(count / PIECE) }, (_, i) => ({
    from: i * PIECE,
    count: Math.min(PIECE, count - i * PIECE),
  }))
}

const TOKEN_BATCH = 1_000

async function* tokenLines(deps: Deps, users: seedStore.IdRange): AsyncGenerator<string> {
  for (let done = 0; done < users.count; done += TOKEN_BATCH) {
    const count = Math.min(TOKEN_BATCH, users.count - done)
    const people = await seedStore.listEmails(deps.db, { first: users.first + done, count })
    // Signed together: one after the other, most of the time would be spent waiting.
    const lines = people.map(async ({ id, email }) => {
      const access_token = await deps.identity.tokens.issue('access', { userId: id, version: 0 })
      return `${JSON.stringify({ user_id: id, email, access_token })}\n`
    })
    yield (await Promise.all(lines)).join('')
  }
}

function nextMidnight(now: Date): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1))
}
