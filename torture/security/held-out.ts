import { existsSync } from 'node:fs'
import { bookingQuestions, crmQuestions, holdOut, type Outcome } from '#harness/attacks/hold-out.ts'
import { VARIETIES, type Variety } from '#harness/attacks/slow-clients.varieties.ts'
import { aNotification } from '#harness/data/notification.factory.ts'
import { inMs } from '#harness/load/figures.ts'
import { findProgram } from '#harness/processes/find-program.ts'
import { freePort } from '#harness/processes/free-port.ts'
import { CRM_TOKEN, type Crowd, inWorld, type Person, type World } from '#harness/world/world.ts'
import { type StartBalancer, startHaproxy, startNginx } from '../instances/balancer.ts'
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
const LOGINS = { password: 'a long and honest phrase', first_name: 'Ann', last_name: 'Other' }

type Door = { name: string; program?: string; start?: StartBalancer; apiEntry?: string }

export const DOORS: Door[] = [
  { name: 'direct' },
  { name: 'HAProxy', program: 'haproxy', start: startHaproxy },
  { name: 'nginx', program: 'nginx', start: startNginx },
]
/** What the proof has to fail at. */
export const CONTROL: Door = { name: 'control', apiEntry: 'harness/controls/head-counting-booking.ts' }

export type Held = Outcome & { door: string; at: string; variety: string }

export const isServed = ({ asked, served, worstMs }: Held, answerMaxMs = ANSWER_MAX_MS): boolean =>
  served === asked && worstMs < answerMaxMs

/** Every variety at one door of both services, one after the other; quickly: some, and fewer questions. */
export async function besiegeDoor(
  door: Door,
  { log, quick }: Pick<ProofContext, 'log' | 'quick'>,
  varieties: Variety[] = quick ? VARIETIES.filter(({ name }) => QUICK.includes(name)) : VARIETIES,
): Promise<Held[]> {
  const here = varieties.filter(({ isOnlyDirect }) => !isOnlyDirect || !door.start)
  const sieges = here.flatMap((variety) => variety.at.map((at) => ({ variety, at })))
  const count = quick ? ASKED_QUICKLY : ASKED
  const crowd = { people: sieges.length + 1, events: ASKED, capacity: 1_000 }
  const env = {
    AUTH_RATE_LIMIT: 'on',
    // One polite client stands for all of them.
    BOOKINGS_PER_MINUTE_ADDRESS: '0',
    ...(door.start && { TRUST_PROXY: '127.0.0.1' }),
  }
  const plan = {
    crowds: [crowd],
    apiEnv: env,
    crmEnv: env,
    ...(door.apiEntry !== undefined && { apiEntry: door.apiEntry }),
  }
  return inWorld(plan, async (world) => {
    const { ports, close } = await openDoor(door, world)
    try {
      const email = await register(ports.booking)
      const held: Held[] = []
      for (const [i, { variety, at }] of sieges.entries()) {
        const questions =
          at === 'crm'
            ? crmQuestions(urlOf(ports.crm), CRM_TOKEN, notificationFrom(i))
            : bookingQuestions(urlOf(ports.booking), {
                ...whoBooks(world, i),
                email,
                password: LOGINS.password,
              })
        const outcome = await holdOut(ports[at], variety, {
          connections: CONNECTIONS,
          questions,
          count,
        })
        held.push({ ...outcome, door: door.name, at, variety: variety.name })
        const { served, worstMs, refusals } = outcome
        log(`${door.name}, ${at}, ${variety.name}: ${served} of ${count}, worst ${inMs(worstMs)}`)
        for (const refusal of new Set(refusals)) log(`  ${refusal}`)
      }
      return held
    } finally {
      await close()
    }
  })
}

/** Undefined when its program is there. */
export function whyNot({ program }: Door): string | undefined {
  if (program === undefined) return undefined
  try {
    return existsSync(findProgram(program)) ? undefined : `${program} is missing`
  } catch (error) {
    return (error as Error).message
  }
}

const urlOf = (port: number) => `http://127.0.0.1:${port}`

async function openDoor({ start }: Door, { dataDir, apis, crms, api, crm }: World) {
  const direct = { booking: Number(new URL(api.url).port), crm: Number(new URL(crm.url).port) }
  if (!start) return { ports: direct, close: async () => {} }
  const ports = { booking: await freePort(), crm: await freePort() }
  const balancer = await start({ dataDir, apiPort: ports.booking, crmPort: ports.crm, apis, crms })
  return { ports, close: balancer.stop }
}

async function register(port: number): Promise<string> {
  const email = 'polite@example.com'
  const answer = await fetch(`${urlOf(port)}/api/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, ...LOGINS }),
  })
  if (answer.status !== 201) throw new Error(`The polite client could not register: ${await answer.text()}`)
  return email
}

/** A person for each siege: nobody books more than they may. */
function whoBooks({ crowds }: World, i: number) {
  const { people, events } = crowds[0] as Crowd
  return { token: (people[i] as Person).token, eventIds: [...events] }
}

/** Of bookings that the Main API does not have. */
const notificationFrom = (siege: number) => {
  let count = 0
  return () => aNotification({ booking_id: 1_000_000 + siege * 1_000 + ++count })
}
