import { setTimeout as sleep } from 'node:timers/promises'
import { inMs, inSeconds, outcomes } from '#harness/load/figures.ts'
import { type Answer, type Client, createClient, inParallel } from '#harness/load/load.ts'
import { queryMain, queryOne } from '#harness/world/main-database.ts'
import { inWorld, type Person, type World } from '#harness/world/world.ts'
import { countDrifted } from '../audit.ts'
import type { Proof, ProofContext } from '../proof.ts'

const ACCOUNTS = 20
const EVENTS = 30
const CAPACITY = 20
/** The promises: settings at their defaults, of which the proof knows nothing else. */
const AHEAD_MAX_UNPROVEN = 10
const PER_MINUTE_AND_ADDRESS = 120

const CONNECTIONS = 40
const PAUSE_MS = 200
const GIVEN_BACK_MAX_MS = 10_000
const PASSWORD = 'three unrelated words'

/** As the proxy in front would say it. */
const from = (address: string) => ({ 'x-forwarded-for': address })
const HOARDER = from('203.0.113.7')
const HONEST = from('198.51.100.9')

type Hoard = { seats: number; most: number; ms: number; attempts: Answer[]; honest: Answer }

export const proof: Proof = {
  name: 'hoarding',
  row: 'S23',
  claim:
    'Throw-away accounts from one address do not buy out the programme, others book meanwhile, and an admin gives it all back',
  async run(context) {
    const { quick, log, seconds = quick ? 5 : 75 } = context
    const control = await runHoard(context, 'off', 1, async (_world, _people, hoard) => hoard)
    log(`without limits ${control.seats} of ${EVENTS * CAPACITY} seats in ${inSeconds(control.ms)}`)
    return runHoard(context, 'on', seconds, async (world, people, hoard) => {
      const { seats, most, ms, attempts, honest } = hoard
      log(`${attempts.length} attempts: ${outcomes(attempts)}`)
      const back = await giveBack(world, people)
      const allowed = PER_MINUTE_AND_ADDRESS * (Math.floor(ms / 60_000) + 1)
      const isKept = seats <= allowed && most <= AHEAD_MAX_UNPROVEN && honest.status === 201
      const isBack = back.cancelled === seats && back.left === 0 && back.drifted === 0
      return {
        ok: isKept && isBack && back.ms <= GIVEN_BACK_MAX_MS && control.seats > 2 * allowed,
        figure: [
          `${ACCOUNTS} accounts, ${EVENTS} events of ${CAPACITY}: ${seats} seats in ${inSeconds(ms)}, at most ${most} each`,
          `another address meanwhile ${honest.status} in ${inMs(honest.ms)}`,
          `${back.cancelled} given back in ${inSeconds(back.ms)}, left ${back.left}, counters wrong ${back.drifted}`,
          `negative control (no limits) ${control.seats} seats in ${inSeconds(control.ms)}`,
        ],
      }
    })
  },
}

function runHoard<T>(
  { log }: ProofContext,
  limits: 'on' | 'off',
  seconds: number,
  work: (world: World, people: Person[], hoard: Hoard) => Promise<T>,
): Promise<T> {
  const plan = {
    groups: [{ people: 2, events: EVENTS, capacity: CAPACITY }],
    apiEnv: { AUTH_RATE_LIMIT: limits, TRUST_PROXY: '127.0.0.1' },
  }
  return inWorld(plan, async (world) => {
    const client = createClient({ connections: CONNECTIONS })
    try {
      const people = await openAccounts(world, client)
      log(`limits ${limits}: ${people.length} accounts opened`)
      return await work(world, people, await bookEverything(world, client, people, seconds))
    } finally {
      client.close()
    }
  })
}

/** Over HTTP, as anybody may: their addresses are proven by nobody. */
async function openAccounts({ api }: World, client: Client): Promise<Person[]> {
  const people: Person[] = []
  for (let i = 0; i < ACCOUNTS; i++) {
    const body = { email: `throw-away-${i}@example.net`, password: PASSWORD, first_name: 'T', last_name: 'A' }
    const post = (path: string) => client.call('POST', `${api.url}${path}`, { body, headers: HOARDER })
    const registered = await post('/api/auth/register')
    const session = await post('/api/auth/login')
    const token = session.body.access_token
    if (registered.status !== 201 || !token)
      throw new Error(`Account ${i + 1} was not opened: ${registered.status}, ${session.status}`)
    people.push({ id: registered.body.user?.id ?? 0, token })
  }
  return people
}

/** Every account asks for every event, again and again; in the middle somebody else comes for one seat. */
async function bookEverything(
  world: World,
  client: Client,
  people: Person[],
  seconds: number,
): Promise<Hoard> {
  const { events, people: others } = world.group
  const beganAt = performance.now()
  const attempts: Answer[] = []
  const book = (token: string, event_id: number, headers: Record<string, string>) =>
    client.call('POST', `${world.api.url}/api/bookings/`, { token, body: { event_id }, headers })
  const wishes = () => people.flatMap(({ token }) => events.map((event) => ({ token, event })))
  const isOver = () => performance.now() - beganAt > seconds * 1_000
  let honest: Promise<Answer> | undefined
  do {
    await inParallel(wishes(), CONNECTIONS, async ({ token, event }) => {
      attempts.push(await book(token, event, HOARDER))
    })
    honest ??= book(others[1]?.token ?? '', events.at(-1) ?? 0, HONEST)
    await sleep(PAUSE_MS)
  } while (!isOver())
  const ms = performance.now() - beganAt
  const ids = people.map(({ id }) => id).join()
  const held = await queryOne<{ seats: number; most: number }>(
    world,
    `select coalesce(sum(seats), 0)::int as seats, coalesce(max(seats), 0)::int as most from (
       select count(*) as seats from bookings where user_id in (${ids}) and status <> 'CANCELLED' group by user_id
     ) as held`,
  )
  return { ...held, ms, attempts, honest: await honest }
}

/** As an admin of the studio would, one person after the other. */
async function giveBack(world: World, people: Person[]) {
  const [boss] = world.group.people
  const client = createClient({ connections: 1 })
  await queryMain(world, `update users set is_admin = true where id = ${boss?.id}`)
  // An instance may know the account as it was for a second.
  await sleep(1_500)
  const beganAt = performance.now()
  let cancelled = 0
  for (const { id } of people) {
    const url = `${world.api.url}/api/users/${id}/cancel-bookings`
    const { body } = await client.call('POST', url, { token: boss?.token ?? '', body: {}, headers: HONEST })
    cancelled += body.cancelled_bookings ?? 0
  }
  const ms = performance.now() - beganAt
  client.close()
  const ids = people.map(({ id }) => id).join()
  const { left } = await queryOne<{ left: number }>(
    world,
    `select count(*)::int as left from bookings where user_id in (${ids}) and status <> 'CANCELLED'`,
  )
  return { cancelled, ms, left, drifted: await countDrifted(world) }
}
