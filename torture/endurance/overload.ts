import { setTimeout as sleep } from 'node:timers/promises'
import { inMs, inSeconds, latency, tally } from '#harness/load/figures.ts'
import { type Answer, atPace, type Client, createClient, inParallel } from '#harness/load/load.ts'
import { type Crowd, inWorld, type Person, type World } from '#harness/world/world.ts'
import { auditMain, describeAudit, isFaultless } from '../audit.ts'
import { allPairs } from '../booking-load.ts'
import { createHistory, type History } from '../history.ts'
import type { Proof } from '../proof.ts'

const OVERLOAD = 4
const CONNECTIONS = 4_000
const CONNECT_STEP = 1_000
const ACCEPTED_P99_MAX_MS = 1_000
const NORMAL_MAX_MS = 5_000
const NORMAL_ANSWER_MS = 250

type Pairs = Iterator<{ person: Person; eventId: number }>

export const proof: Proof = {
  name: 'overload',
  row: 'R17',
  claim:
    'At four times what it can do it turns the excess away, serves the rest in time, and recovers at once',
  async run({ quick, log, seconds = quick ? 8 : 60 }) {
    // Enough that there is something left to book in the end.
    const crowd = { people: 1_000, events: 2_000, capacity: 1_000 }
    return inWorld({ crowds: [crowd] }, async (world) => {
      const client = createClient({ connections: CONNECTIONS, timeoutMs: 30_000 })
      const history = createHistory(client)
      const pairs = allPairs(world.crowds[0] as Crowd)
      const pid = world.api.pid()
      // The first seconds of a process are its slowest, and would make the overload a small one.
      await measureCapacity(world, history, pairs, quick ? 3_000 : 10_000)
      const capacity = await measureCapacity(world, history, pairs, quick ? 3_000 : 10_000)
      await connectAll(client, world)
      const perSecond = Math.round(capacity * OVERLOAD)
      log(`capacity ${Math.round(capacity)} bookings/s, now ${perSecond}/s for ${seconds} s`)
      const told = await overload({ world, history, pairs, perSecond, seconds })
      const accepted = told.filter(({ status }) => status < 400 && status > 0)
      const excess = told.filter(({ status }) => status === 503 || status === 429)
      const silentExcess = excess.filter(({ headers }) => headers['retry-after'] === undefined)
      const others = told.filter(
        (answer) => !accepted.includes(answer) && !excess.includes(answer) && answer.status !== 409,
      )
      const p99 = latency(accepted, 0.99)
      const normalMs = await untilNormal(world, history, pairs)
      client.close()
      const isAlive = world.api.pid() === pid && world.api.isRunning()
      const audit = await auditMain(world, history)
      return {
        ok:
          isAlive &&
          others.length + silentExcess.length === 0 &&
          p99 <= ACCEPTED_P99_MAX_MS &&
          normalMs <= NORMAL_MAX_MS &&
          isFaultless(audit),
        figure: [
          `capacity ${Math.round(capacity)}/s, offered ${perSecond}/s for ${seconds} s: ${tally(told.map(({ status, fault }) => fault ?? status))}`,
          `accepted p99 ${inMs(p99)}`,
          `refused without Retry-After ${silentExcess.length}`,
          `normal again after ${inSeconds(normalMs)}`,
          isAlive ? 'no crash' : 'CRASHED',
          describeAudit(audit),
        ].join('; '),
      }
    })
  },
}

/** In steps: five thousand people who open their connection in one instant are another experiment. */
async function connectAll(client: Client, { api }: World): Promise<void> {
  for (let open = CONNECT_STEP; open <= CONNECTIONS; open += CONNECT_STEP)
    await inParallel(Array.from({ length: open }), open, () => client.call('GET', `${api.url}/health`))
}

/** What it does when as many ask as a busy site has, each only after the answer before. */
async function measureCapacity(
  { api }: World,
  history: History,
  pairs: Pairs,
  forMs: number,
): Promise<number> {
  const from = history.attempts.length
  const beganAt = performance.now()
  await inParallel(Array.from({ length: 64 }), 64, async () => {
    while (performance.now() - beganAt < forMs) await bookNext(api.url, history, pairs)
  })
  return ((history.attempts.length - from) / (performance.now() - beganAt)) * 1_000
}

type Overload = { world: World; history: History; pairs: Pairs; perSecond: number; seconds: number }

async function overload({ world, history, pairs, perSecond, seconds }: Overload): Promise<Answer[]> {
  const from = history.attempts.length
  const endAt = performance.now() + seconds * 1_000
  await atPace({ perSecond, concurrencyMax: CONNECTIONS, isOver: () => performance.now() > endAt }, () =>
    bookNext(world.api.url, history, pairs),
  )
  return history.attempts.slice(from).map(({ answer }) => answer)
}

/** Five quick answers in a row are normal. */
async function untilNormal({ api }: World, history: History, pairs: Pairs): Promise<number> {
  const beganAt = performance.now()
  let quick = 0
  let ms = 0
  while (quick < 5 && ms < 60_000) {
    const answer = await bookNext(api.url, history, pairs)
    quick = answer.status === 201 && answer.ms < NORMAL_ANSWER_MS ? quick + 1 : 0
    ms = performance.now() - beganAt
    await sleep(20)
  }
  return ms
}

function bookNext(api: string, history: History, pairs: Pairs): Promise<Answer> {
  const { value, done } = pairs.next()
  if (done) throw new Error('Everybody has booked everything: the crowd of this proof has to be larger.')
  return history.book(api, value.person, value.eventId)
}
