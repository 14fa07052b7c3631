import type { Pool } from 'pg'
import { type RateLimiterAbstract, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import { tooManyRequests } from '#shared/http/app-error.ts'

/**
 * Slows down guessing at the credential doors. Counted in the database, so a limit holds over restarts and
 * instances. The strict limit is per account *and* address: a stranger who guesses cannot lock the owner out.
 */
export type AttemptLimiter = {
  /**
   * Runs one login attempt. Only failures (rejections) stay counted. Throws 429 when there were too many.
   * `account` is undefined where the caller does not say whose account it is.
   */
  login<T>(ip: string, account: string | undefined, attempt: () => Promise<T>): Promise<T>
  /** Counts one registration. Throws 429 when there were too many. */
  register(ip: string): Promise<void>
}

const WINDOW_SECONDS = 15 * 60
const FAILURES_PER_ACCOUNT_AND_IP = 10
const FAILURES_PER_IP = 200
const REGISTRATIONS_PER_IP = 600

export function createAttemptLimiter(pool: Pool, isOn: boolean): AttemptLimiter {
  if (!isOn) return { login: (_ip, _account, attempt) => attempt(), register: async () => {} }
  const limiter = (keyPrefix: string, points: number) =>
    new RateLimiterPostgres({
      storeClient: pool,
      storeType: 'pool',
      tableName: 'login_attempts',
      tableCreated: true,
      keyPrefix,
      points,
      duration: WINDOW_SECONDS,
    })
  const byAccountAndIp = limiter('login', FAILURES_PER_ACCOUNT_AND_IP)
  const byIp = limiter('ip', FAILURES_PER_IP)
  const registrations = limiter('register', REGISTRATIONS_PER_IP)
  return {
    async login(ip, account, attempt) {
      const key = account && `${ip} ${account.trim().toLowerCase()}`.slice(0, 200)
      // Counted before the attempt, so that attempts sent at once do not all pass an old count.
      await consume(byIp, ip)
      if (key) await consume(byAccountAndIp, key)
      const result = await attempt()
      await Promise.all([byIp.reward(ip), key && byAccountAndIp.delete(key)])
      return result
    },
    register: (ip) => consume(registrations, ip),
  }
}

async function consume(limiter: RateLimiterAbstract, key: string): Promise<void> {
  await limiter.consume(key).catch((refusal: unknown) => {
    if (!(refusal instanceof RateLimiterRes)) throw refusal
    const seconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000))
    throw tooManyRequests(seconds, `Too many attempts: wait ${Math.ceil(seconds / 60)} min and try again.`)
  })
}
