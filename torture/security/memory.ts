import { setTimeout as sleep } from 'node:timers/promises'
import { tally, thousands } from '#harness/load/figures.ts'
import { inParallel } from '#harness/load/load.ts'
import { openReader } from '#harness/load/reader.ts'
import { residentMegabytes } from '#harness/processes/proc.ts'
import { queryMain } from '#harness/world/main-database.ts'
import { inWorld } from '#harness/world/world.ts'
import type { Proof, ProofContext } from '../proof.ts'

const GROWTH_MAX_MB = 120
const CONNECTIONS = 16
/** The Main API with caches that are bounded by nothing. */
const UNBOUNDED_ENTRY = 'harness/controls/unbounded-booking.ts'
const PEOPLE = 5
/** Long enough that a page of a hundred is as long as one can be. */
const EVENTS = 300
const DESCRIPTION_CHARS = 5_000

type Ask = { path: string; token: string; origin?: string }
type Growth = { beforeMb: number; peakMb: number; statuses: number[]; lastMs: number }

export const proof: Proof = {
  name: 'memory',
  row: 'S19',
  claim:
    'However many different addresses of the longest pages somebody asks for, memory grows by 120 MB at most',
  async run({ quick, log, rounds = quick ? 360 : 1_500 }) {
    const own = await attack({ rounds, log })
    const control = await attack({ rounds: quick ? 360 : 600, log, entry: UNBOUNDED_ENTRY })
    const growth = (each: Growth) => Math.round(each.peakMb - each.beforeMb)
    const others = own.statuses.filter((status) => status !== 200 && status !== 429 && status !== 503)
    return {
      ok:
        growth(own) <= GROWTH_MAX_MB &&
        growth(control) > GROWTH_MAX_MB &&
        others.length === 0 &&
        own.lastMs < 1_000,
      figure: [
        `${thousands(rounds)} addresses of pages up to a megabyte, each twice: ${tally(own.statuses)}`,
        `memory ${Math.round(own.beforeMb)} MB, + ${growth(own)} MB at most`,
        `a booking afterwards in ${Math.round(own.lastMs)} ms`,
        `negative control (kept by number) + ${growth(control)} MB after ${control.statuses.length / 2}`,
        quick && 'quick',
      ],
    }
  },
}

type Plan = { rounds: number; log: ProofContext['log']; entry?: string }

async function attack({ rounds, log, entry }: Plan): Promise<Growth> {
  const groups = [{ people: PEOPLE, events: EVENTS, capacity: 100 }]
  return inWorld({ groups, ...(entry && { apiEntry: entry }) }, async (world) => {
    await queryMain(
      world,
      `update events set description = repeat(chr(252) || 'ber die Ruhe ' || id || ' ', ${DESCRIPTION_CHARS / 20}), updated_at = now()`,
    )
    const { people, events } = world.group
    const tokens = people.map(({ token }) => token)
    const reader = openReader(CONNECTIONS)
    const drain = ({ path, token, origin }: Ask) =>
      reader.read(world.api.url + path, { authorization: `Bearer ${token}`, ...(origin && { origin }) })
    const memory = () => residentMegabytes(world.api.pid())
    const statuses: number[] = []
    const askTwice = async (ask: Ask) => {
      for (let i = 0; i < 2; i++) statuses.push(await drain(ask))
    }
    await inParallel(addresses(40, tokens, 'warm'), CONNECTIONS, askTwice)
    statuses.length = 0
    await sleep(1_000)
    const beforeMb = memory()
    let peakMb = beforeMb
    const watch = setInterval(() => {
      peakMb = Math.max(peakMb, memory())
    }, 50)
    await inParallel(addresses(rounds, tokens, 'attack'), CONNECTIONS, askTwice).finally(() =>
      clearInterval(watch),
    )
    log(`${entry ?? 'as it is'}: ${Math.round(beforeMb)} MB, at most ${Math.round(peakMb)} MB`)
    const askedAt = performance.now()
    await drain({ path: `/api/events/${events[0]}`, token: tokens[0] ?? '' })
    const lastMs = performance.now() - askedAt
    reader.close()
    return { beforeMb, peakMb, statuses, lastMs }
  })
}

/** Different by all that an address, or the caller, may differ in. */
function* addresses(count: number, tokens: string[], name: string): Generator<Ask> {
  for (let i = 0; i < count; i++) {
    const token = tokens[i % tokens.length] ?? ''
    const kinds: Omit<Ask, 'token'>[] = [
      { path: `/api/events/?per_page=100&${name}=${i}` },
      { path: '/api/events/?per_page=100', origin: `https://${name}${i}.example` },
      { path: `/api/events/?per_page=${100 + i}` },
      { path: `/api/events/?page=${1 + (i % 3)}&per_page=${90 + (i % 11)}&from=2020-01-01T00:00:${two(i)}` },
      { path: `/api/events?search=${encodeURIComponent(`ruhe ${i % 10}`)}&per_page=100` },
      { path: `/api/events/?to=2099-01-01T00:${two(i)}:00&per_page=99&type=session` },
      { path: `/api/events/?status=all&per_page=${25 - (i % 5)}&page=${1 + (i % 12)}` },
      { path: `/api/events/${1 + (i % EVENTS)}?${name}=${i}` },
    ]
    yield { ...(kinds[i % kinds.length] as Omit<Ask, 'token'>), token }
  }
}

const two = (i: number) => String(i % 60).padStart(2, '0')
