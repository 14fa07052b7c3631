import pg from 'pg'
import { createTestDatabase } from '#harness/apps/test-database.ts'
import { fillLimiter, guessFromEverywhere, logInAtOnce } from '#harness/attacks/guessing.ts'
import { inMs, outcomes, tally, thousands } from '#harness/load/figures.ts'
import { startService } from '#harness/world/service-process.ts'
import type { Proof } from '../proof.ts'

const FIRST_AND_PACE = [30, 10] as const
const REFUSED_WITHIN_MS = 1_000

export const proof: Proof = {
  name: 'brute-force',
  row: 'S12',
  claim:
    'An account that is closed to a guesser stays closed, however many others guess, and over a restart; guessing from everywhere in every spelling is held to a pace, makes nobody wait, and never stops who is known.',
  async run({ quick }) {
    const keys = quick ? 500 : 10_000
    const { before, after, restarted } = await fillInDatabase(keys)
    const { statuses, waits } = await atService({}, (url) => logInAtOnce(url, quick ? 50 : 200))
    const held = await holdGuessers(quick ? 200 : 600)
    return {
      ok:
        [before, after, restarted].every((status) => status === 429) &&
        statuses.every((status) => status === 200) &&
        Math.max(...waits) < 500 &&
        held.ok,
      figure: [
        `${before} after 10 guesses, ${after} after ${thousands(keys)} other keys, ${restarted} after a restart`,
        `${statuses.length} logins at once ${tally(statuses)}, /health at most ${inMs(Math.max(...waits))}`,
        held.figure,
      ],
    }
  },
}

async function fillInDatabase(keys: number) {
  const database = await createTestDatabase('booking')
  const pool = new pg.Pool({ connectionString: database.url, max: 10 })
  try {
    return await fillLimiter(pool, keys)
  } finally {
    await pool.end()
    await database.drop()
  }
}

async function atService<T>(env: Record<string, string>, work: (url: string) => Promise<T>): Promise<T> {
  const service = await startService('booking', { LOG_LEVEL: 'error', ...env })
  try {
    return await work(service.url)
  } finally {
    await service.stop()
  }
}

async function holdGuessers(guesses: number): Promise<{ ok: boolean; figure: string }> {
  const { seconds, tried, refusals, others, owners, regular, stranger } = await atService(
    { TRUST_PROXY: '127.0.0.1' },
    (url) => guessFromEverywhere(url, guesses),
  )
  const [first, pace] = FIRST_AND_PACE
  const allowed = first + pace * (1 + Math.floor(seconds / 60))
  const slowest = Math.max(...refusals.map(({ ms }) => ms))
  const isTold = refusals.every(({ headers }) => Number(headers['retry-after']) > 0)
  const isHeld = tried <= allowed && others === 0 && isTold && slowest < REFUSED_WITHIN_MS
  const isKnown = owners.every(({ status }) => status === 200) && regular === 200 && stranger === 429
  return {
    ok: isHeld && isKnown,
    figure:
      `${guesses} guesses from everywhere in ${seconds.toFixed(1)} s: ${tried} tried, the others told within ${inMs(slowest)}, ` +
      `the owner meanwhile ${outcomes(owners)}; after 200 from one Wi-Fi a regular there ${regular}, a stranger ${stranger}`,
  }
}
