import pg from 'pg'
import { crowdOut } from '#testing/security/crowded-limiter.ts'
import { logInAtOnce } from '#testing/security/login-crowd.ts'
import { startService } from '#testing/security/service-process.ts'
import { createTestDatabase } from '#testing/test-database.ts'
import { inMs, tally, thousands } from '../figures.ts'
import type { Proof } from '../proof.ts'

export const proof: Proof = {
  name: 'brute-force',
  row: 'S12',
  claim:
    'An account that is closed to a guesser stays closed, however many others guess, and over a restart.',
  async run({ quick }) {
    const keys = quick ? 500 : 10_000
    const { before, after, restarted } = await crowdOutInDatabase(keys)
    const { statuses, waits } = await crowdAtTheDoor(quick ? 50 : 200)
    const isOpen = statuses.every((status) => status === 200)
    return {
      ok: [before, after, restarted].every((status) => status === 429) && isOpen && Math.max(...waits) < 500,
      figure:
        `${before} after 10 guesses, ${after} after ${thousands(keys)} other keys, ${restarted} after a restart; ` +
        `${statuses.length} logins at once ${tally(statuses)}, /health at most ${inMs(Math.max(...waits))}`,
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
