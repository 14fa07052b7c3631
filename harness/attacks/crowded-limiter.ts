import type { Pool } from 'pg'
import { createAttemptLimiter } from '#booking/identity/login/attempt-limiter.ts'
import { type AppError, unauthorized } from '#shared/errors/app-error.ts'

const AT_ONCE = 20

/**
 * An account is guessed at until it is closed to that address; then a crowd guesses at other accounts from other
 * addresses. Says what the first one is answered afterwards, by the same instance and by one that has just started.
 */
export async function crowdOut(
  pool: Pool,
  keys: number,
): Promise<{ before: number; after: number; restarted: number }> {
  const attempts = createAttemptLimiter(pool, true)
  const guess = (ip: string, account: string, by = attempts) =>
    by.login(ip, account, refuse).catch((error: AppError) => error.status)
  const guessFirst = (by = attempts) => guess('192.0.2.1', 'first@example.com', by)
  for (let i = 0; i < 10; i++) await guessFirst()
  const before = await guessFirst()
  for (let i = 0; i < keys; i += AT_ONCE) {
    const some = Array.from({ length: AT_ONCE }, (_, n) => i + n)
    await Promise.all(
      some.map((n) => guess(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`, `k${n}@example.com`)),
    )
  }
  return { before, after: await guessFirst(), restarted: await guessFirst(createAttemptLimiter(pool, true)) }
}

const refuse = (): Promise<number> => Promise.reject(unauthorized('invalid_credentials', 'no'))
