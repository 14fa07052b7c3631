import pg from 'pg'
import { createTestDatabase } from '#harness/apps/test-database.ts'
import { crowdOut } from '#harness/attacks/crowded-limiter.ts'
import { logInAtOnce } from '#harness/attacks/login-crowd.ts'
import { besiege } from '#harness/attacks/siege.ts'
import { inMs, tally, thousands } from '#harness/load/figures.ts'
import { startService } from '#harness/world/service-process.ts'
import type { Proof } from '../proof.ts'

export const proof: Proof = {
  name: 'brute-force',
  row: 'S12',
  claim:
    'An account that is closed to a guesser stays closed, however many others guess, and over a restart; guessing from everywhere in every spelling is held to a pace, makes nobody wait, and never stops who is known.',
  async run({ quick }) {
    const keys = quick ? 500 : 10_000
    const { before, after, restarted } = await crowdOutInDatabase(keys)
    const { statuses, waits } = await crowdAtTheDoor(quick ? 50 : 200)
    const siege = await siegeAtTheDoor(quick ? 200 : 600)
    const isOpen = statuses.every((status) => status === 200)
    return {
      ok:
        [before, after, restarted].every((status) => status === 429) &&
        isOpen &&
        Math.max(...waits) < 500 &&
        siege.isHeld,
      figure:
        `${before} after 10 guesses, ${after} after ${thousands(keys)} other keys, ${restarted} after a restart; ` +
        `${statuses.length} logins at once ${tally(statuses)}, /health at most ${inMs(Math.max(...waits))}; ` +
        siege.figure,
    }
  },
}

async function crowdOutInDatabase(keys: number) {
  const database = await createTestDatabase('booking')
  const pool = new pg.Pool({ connectionString: database.url, max: 10 })
  try {
    return await crowdOut(pool, keys)
  } finally {
    await pool.end()
    await database.drop()
  }
}

async function crowdAtTheDoor(count: number) {
  const service = await startService('booking', { LOG_LEVEL: 'error' })
  try {
    return await logInAtOnce(service.url, count)
  } finally {
    await service.stop()
  }
}

const FIRST_AND_PACE = [30, 10] as const
const REFUSED_WITHIN_MS = 1_000

async function siegeAtTheDoor(guesses: number): Promise<{ isHeld: boolean; figure: string }> {
  const service = await startService('booking', { LOG_LEVEL: 'error', TRUST_PROXY: '127.0.0.1' })
  try {
    const { seconds, tried, refusals, others, owners, regular, stranger } = await besiege(
      service.url,
      guesses,
    )
    const [first, pace] = FIRST_AND_PACE
    const allowed = first + pace * (1 + Math.floor(seconds / 60))
    const slowest = Math.max(...refusals.map(({ ms }) => ms))
    const isTold = refusals.every(({ retryAfter }) => retryAfter > 0)
    const isHeld = tried <= allowed && others === 0 && isTold && slowest < REFUSED_WITHIN_MS
    const isKnown = owners.every(({ status }) => status === 200) && regular === 200 && stranger === 429
    return {
      isHeld: isHeld && isKnown,
      figure:
        `${guesses} guesses from everywhere in ${seconds.toFixed(1)} s: ${tried} tried, the others told within ${inMs(slowest)}, ` +
        `the owner meanwhile ${tally(owners.map(({ status }) => status))}; after 200 from one Wi-Fi a regular there ${regular}, a stranger ${stranger}`,
    }
  } finally {
    await service.stop()
  }
}
