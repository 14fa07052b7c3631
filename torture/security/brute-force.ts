import pg from 'pg'
import { crowdOut } from '#testing/security/crowded-limiter.ts'
import { createTestDatabase } from '#testing/test-database.ts'
import { thousands } from '../figures.ts'
import type { Proof } from '../proof.ts'

export const proof: Proof = {
  name: 'brute-force',
  row: 'S12',
  claim:
    'An account that is closed to a guesser stays closed, however many others guess, and over a restart.',
  async run({ quick }) {
    const keys = quick ? 500 : 10_000
    const database = await createTestDatabase('booking')
    const pool = new pg.Pool({ connectionString: database.url, max: 10 })
    const { before, after, restarted } = await crowdOut(pool, keys)
    await pool.end()
    await database.drop()
    return {
      ok: [before, after, restarted].every((status) => status === 429),
      figure: `${before} after 10 guesses, ${after} after ${thousands(keys)} other keys, ${restarted} after a restart`,
    }
  },
}
