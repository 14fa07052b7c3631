import { setTimeout as sleep } from 'node:timers/promises'
import { inMs, inSeconds, latency, outcomes } from '#harness/load/figures.ts'
import { type Answer, atPace, type Client, inParallel } from '#harness/load/load.ts'
import { inWorld, type World } from '#harness/world/world.ts'
import { auditMain } from '../audit.ts'
import { type Attempt, type Bookers, openBookers } from '../history.ts'
import type { Proof } from '../proof.ts'

const OVERLOAD = 4
const CONNECTIONS = 4_000
const CONNECT_STEP = 1_000
const ACCEPTED_P99_MAX_MS = 1_000
const NORMAL_MAX_MS = 5_000
const NORMAL_ANSWER_MS = 250

export const proof: Proof = {
  name: 'overload',
  row: 'R17',
  claim:
    'At four times what it can do it turns the excess away, serves the rest in time, and recovers at once',
  run({ quick, log, seconds = quick ? 8 : 60 }) {
    // Enough that there is something left to book in the end.
    const group = { people: 1_000, events: 2_000, capacity: 1_000 }
    return inWorld({ groups: [group] }, async (world) => {
      const bookers = openBookers(world, { connections: CONNECTIONS, timeoutMs: 30_000 })
      const pid = world.api.pid()
      // The first seconds of a process are its slowest, and would make the overload a small one.
      await measureCapacity(bookers, quick ? 3_000 : 10_000)
      const capacity = await measureCapacity(bookers, quick ? 3_000 : 10_000)
      await connectAll(bookers.client, world)
      const perSecond = Math.round(capacity * OVERLOAD)
      log(`capacity ${Math.round(capacity)} bookings/s, now ${perSecond}/s for ${seconds} s`)
      const told = await overload(bookers, perSecond, seconds)
      const accepted = told.filter(({ status }) => status < 400 && status > 0)
      const excess = told.filter(({ status }) => status === 503 || status === 429)
      const silentExcess = excess.filter(({ headers }) => headers['retry-after'] === undefined)
      const others = told.length - accepted.length - excess.length - count(told, 409)
      const p99 = latency(accepted, 0.99)
      const normalMs = await untilNormal(bookers)
      bookers.client.close()
      const isAlive = world.api.pid() === pid && world.api.isRunning()
      const audit = await auditMain(world, bookers.history)
      return {
        ok:
          isAlive &&
          others + silentExcess.length === 0 &&
          p99 <= ACCEPTED_P99_MAX_MS &&
          normalMs <= NORMAL_MAX_MS &&
          audit.isSound,
        figure: [
          `capacity ${Math.round(capacity)}/s, offered ${perSecond}/s for ${seconds} s: ${outcomes(told)}`,
          `accepted p99 ${inMs(p99)}`,
          `refused without Retry-After ${silentExcess.length}`,
          `normal again after ${inSeconds(normalMs)}`,
          isAlive ? 'no crash' : 'CRASHED',
          audit.words,
        ],
      }
    })
  },
}

const count = (answers: Answer[], wanted: number) => answers.filter(({ status }) => status === wanted).length

/** In steps: five thousand people who open their connection in one instant are another experiment. */
async function connectAll(client: Client, { api }: World): Promise<void> {
  for (let open = CONNECT_STEP; open <= CONNECTIONS; open += CONNECT_STEP)
    await inParallel(Array.from({ length: open }), open, () => client.call('GET', `${api.url}/health`))
}

/** Bookings a second when as many ask as a busy site has, each only after the answer before. */
async function measureCapacity(bookers: Bookers, forMs: number): Promise<number> {
  const { attempts } = bookers.history
  const [from, beganAt] = [attempts.length, performance.now()]
  await inParallel(Array.from({ length: 64 }), 64, async () => {
    while (performance.now() - beganAt < forMs) await bookNext(bookers)
  })
  return ((attempts.length - from) / (performance.now() - beganAt)) * 1_000
}

async function overload(bookers: Bookers, perSecond: number, seconds: number): Promise<Answer[]> {
  const { attempts } = bookers.history
  const from = attempts.length
  const endAt = performance.now() + seconds * 1_000
  const pace = { perSecond, concurrencyMax: CONNECTIONS, isOver: () => performance.now() > endAt }
  await atPace(pace, () => bookNext(bookers))
  return attempts.slice(from).map(({ answer }) => answer)
}

/** Five quick answers in a row are normal. */
async function untilNormal(bookers: Bookers): Promise<number> {
  const beganAt = performance.now()
  let quick = 0
  let ms = 0
  while (quick < 5 && ms < 60_000) {
    const { answer } = await bookNext(bookers)
    quick = answer.status === 201 && answer.ms < NORMAL_ANSWER_MS ? quick + 1 : 0
    ms = performance.now() - beganAt
    await sleep(20)
  }
  return ms
}

async function bookNext({ next }: Bookers): Promise<Attempt> {
  const attempt = await next()
  if (!attempt) throw new Error('Everybody has booked everything: the group of this proof has to be larger.')
  return attempt
}
