import type { TestBooking } from '#harness/apps/test-booking.ts'
import { aFacilitator, aUser } from '#harness/data/factories.ts'
import { median } from '#harness/load/figures.ts'
import { mannWhitney } from '#harness/load/rank-test.ts'

export type Timing = { kind: string; median: number; p: number; isLike: boolean }

type Endpoint = 'auth' | 'facilitators'
type LoginCase = { kind: string; endpoint: Endpoint; email: string; password: string }

const PASSWORD = 'an unheard-of phrase'
const MEDIANS_APART_MAX_MS = 2
const MEDIANS_APART_MAX_SHARE = 0.05
const P_MIN = 0.01

/** Logins that all fail, and that nobody may tell apart. The first of each endpoint is what the others are held against. */
export async function failingLogins(booking: TestBooking): Promise<LoginCase[]> {
  const { deps } = booking
  const people = ['wrong', 'closed', 'leader'].map((name) => `${name}@example.com`)
  for (const email of people) {
    const body = { email, password: PASSWORD, first_name: 'T', last_name: 'T' }
    await booking.request('POST', '/api/auth/register', { body })
  }
  const [wrong = '', closed = '', leader = ''] = people
  await deps.db.updateTable('users').set({ is_active: false }).where('email', '=', closed).execute()
  const { id } = await deps.db
    .selectFrom('users')
    .select('id')
    .where('email', '=', leader)
    .executeTakeFirstOrThrow()
  await aFacilitator(deps, { user_id: id })
  const google = await aUser(deps, { google_sub: 'only-google' })
  const variants = (endpoint: Endpoint): LoginCase[] => [
    { kind: `${endpoint}: unknown address`, endpoint, email: 'nobody@example.com', password: PASSWORD },
    { kind: `${endpoint}: wrong password`, endpoint, email: wrong, password: 'another phrase' },
    { kind: `${endpoint}: closed account`, endpoint, email: closed, password: PASSWORD },
    { kind: `${endpoint}: Google only`, endpoint, email: google.email, password: PASSWORD },
    { kind: `${endpoint}: facilitator, wrong password`, endpoint, email: leader, password: 'another phrase' },
  ]
  return [...variants('auth'), ...variants('facilitators')]
}

export async function attempt(booking: TestBooking, { endpoint, email, password }: LoginCase) {
  const { status, body, headers } = await booking.request('POST', `/api/${endpoint}/login`, {
    body: { email, password },
  })
  return { status, body, length: headers['content-length'], challenge: headers['www-authenticate'] }
}

/** Interleaved, so that whatever else the machine does falls on all kinds alike. */
export async function timeLogins(booking: TestBooking, rounds: number): Promise<Timing[]> {
  const cases = await failingLogins(booking)
  const times = new Map(cases.map(({ kind }) => [kind, [] as number[]]))
  for (let round = -10; round < rounds; round++) {
    for (let i = 0; i < cases.length; i++) {
      // Another order each round: nobody is always the one after the slowest.
      const each = cases[(i * 3 + round + 10) % cases.length] as LoginCase
      const startedAt = performance.now()
      await attempt(booking, each)
      if (round >= 0) times.get(each.kind)?.push(performance.now() - startedAt)
    }
  }
  return cases.map(({ kind, endpoint }) => {
    const baseline = times.get(`${endpoint}: unknown address`) ?? []
    return compare(kind, times.get(kind) ?? [], baseline)
  })
}

/** Alike: the medians are within 2 ms and 5 %, and a rank test finds no difference it could be sure of. */
export function compare(kind: string, values: number[], baseline: number[]): Timing {
  const [own, usual] = [median(values), median(baseline)]
  const apart = Math.abs(own - usual)
  const p = mannWhitney(values, baseline)
  const isNear = apart <= MEDIANS_APART_MAX_MS && apart <= usual * MEDIANS_APART_MAX_SHARE
  return { kind, median: own, p, isLike: isNear && p > P_MIN }
}
