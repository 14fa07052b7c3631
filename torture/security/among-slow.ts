import { askAmongSlow, bookingQuestions, crmQuestions, type Outcome } from '#harness/attacks/slow-clients.ts'
import { SLOW_KINDS, type SlowKind } from '#harness/attacks/slow-kinds.ts'
import { aNotification } from '#harness/data/notification.factory.ts'
import { inMs } from '#harness/load/figures.ts'
import { findProgram } from '#harness/processes/find-program.ts'
import { CRM_TOKEN, inWorld, type Person, type World } from '#harness/world/world.ts'
import { type BalancerName, balancerPorts, startBalancer } from '../instances/balancer.ts'
import type { ProofContext } from '../proof.ts'

const CONNECTIONS = 260
const ASKED = 24
const ASKED_QUICKLY = 8
/** One of each cause. */
const QUICK = [
  'a login whose body never comes',
  'a large file that is not taken',
  'logins in flight',
  'a notification whose body never comes',
  'how it is, asked ahead',
  'twenty questions of a browser ahead, again and again',
]
const ANSWER_MAX_MS = 2_500
const POLITE = { email: 'polite@example.com', password: 'a long and honest phrase' }

/** How the services are reached, or which Main API stands for ours. */
type Way = { name: string; balancer?: BalancerName; apiEntry?: string }

export const WAYS: [Way, ...Way[]] = [
  { name: 'direct' },
  { name: 'HAProxy', balancer: 'haproxy' },
  { name: 'nginx', balancer: 'nginx' },
]
/** What the proof has to fail at. */
const CONTROL: Way = { name: 'control', apiEntry: 'harness/controls/head-counting-booking.ts' }

type Served = Outcome & { way: string; at: string; kind: string }

export const isServed = ({ asked, served, worstMs }: Served, answerMaxMs = ANSWER_MAX_MS): boolean =>
  served === asked && worstMs < answerMaxMs

/** The first kind alone, at a server that counts a request from its head on. */
export const attackControl = (context: Pick<ProofContext, 'log' | 'quick'>): Promise<Served[]> =>
  attackAmongSlow(CONTROL, context, SLOW_KINDS.slice(0, 1))

/** Every kind one after the other, at both services; quickly: some, and fewer questions. */
export async function attackAmongSlow(
  way: Way,
  { log, quick }: Pick<ProofContext, 'log' | 'quick'>,
  kinds: SlowKind[] = quick ? SLOW_KINDS.filter(({ name }) => QUICK.includes(name)) : SLOW_KINDS,
): Promise<Served[]> {
  const here = kinds.filter(({ isOnlyDirect }) => !isOnlyDirect || !way.balancer)
  const attacks = here.flatMap((kind) => kind.at.map((at) => ({ kind, at })))
  const count = quick ? ASKED_QUICKLY : ASKED
  const env = {
    AUTH_RATE_LIMIT: 'on',
    // One polite client stands for all of them.
    BOOKINGS_PER_MINUTE_ADDRESS: '0',
    ...(way.balancer && { TRUST_PROXY: '127.0.0.1' }),
  }
  const groups = [{ people: attacks.length + 1, events: ASKED, capacity: 1_000 }]
  const plan = { groups, apiEnv: env, crmEnv: env, ...(way.apiEntry && { apiEntry: way.apiEntry }) }
  return inWorld(plan, async (world) => {
    const { booking, crm, close } = await openWay(way, world)
    try {
      await register(booking)
      const all: Served[] = []
      for (const [i, { kind, at }] of attacks.entries()) {
        // A person for each: nobody books more than they may. And bookings that the Main API does not have.
        const polite = { ...POLITE, ...whoBooks(world, i) }
        const notification = notificationFrom(1_000_000 + i * 1_000)
        const [port, questions] =
          at === 'crm'
            ? [crm, crmQuestions(urlOf(crm), CRM_TOKEN, notification)]
            : [booking, bookingQuestions(urlOf(booking), polite)]
        const outcome = await askAmongSlow(port, kind, { connections: CONNECTIONS, questions, count })
        all.push({ ...outcome, way: way.name, at, kind: kind.name })
        log(`${way.name}, ${at}, ${kind.name}: ${outcome.served} of ${count}, worst ${inMs(outcome.worstMs)}`)
        for (const refusal of new Set(outcome.refusals)) log(`  ${refusal}`)
      }
      return all
    } finally {
      await close()
    }
  })
}

/** Undefined when its program is there. */
export function whyNot({ balancer }: Way): string | undefined {
  try {
    if (balancer) findProgram(balancer)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

const urlOf = (port: number) => `http://127.0.0.1:${port}`

async function openWay({ balancer }: Way, world: World) {
  if (!balancer) return { booking: world.api.port, crm: world.crm.port, close: async () => {} }
  const ports = await balancerPorts()
  const { stop } = await startBalancer(balancer, world, ports)
  return { booking: ports.api, crm: ports.crm, close: stop }
}

async function register(port: number): Promise<void> {
  const answer = await fetch(`${urlOf(port)}/api/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...POLITE, first_name: 'Ann', last_name: 'Other' }),
  })
  if (answer.status !== 201) throw new Error(`The polite client could not register: ${await answer.text()}`)
}

const whoBooks = ({ group }: World, i: number) => ({
  token: (group.people[i] as Person).token,
  eventIds: [...group.events],
})

function notificationFrom(firstId: number) {
  let id = firstId
  return () => aNotification({ booking_id: ++id })
}
