import { isIPv6 } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import { type RateLimiterAbstract, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import { AppError, tooManyRequests } from '#shared/http/app-error.ts'
import { accountKey } from './login-attempt.store.ts'
import { createTurns } from './turns.ts'

/**
 * Slows down guessing at the credential doors. Counted in the database, so a limit holds over restarts and
 * instances. The strict limit is per account *and* address: a stranger who guesses cannot lock the owner out.
 * An account that is guessed at from many addresses answers strangers more slowly, whom it knows as ever.
 */
export type AttemptLimiter = {
  /**
   * Runs one login attempt. Only wrong credentials stay counted: 401, or 403 with one of `WRONG_PROOFS` from somebody
   * who is logged in. Throws 429 when there were too many.
   * `account` is undefined where the caller does not say whose account it is.
   */
  login<T>(ip: string, account: string | undefined, attempt: () => Promise<T>): Promise<T>
  /** Counts one registration. Throws 429 when there were too many. */
  register(ip: string): Promise<void>
}

const WINDOW_SECONDS = 15 * 60
const FAILURES_PER_ACCOUNT_AND_ADDRESS = 10
const FAILURES_PER_ADDRESS = 200
const REGISTRATIONS_PER_ADDRESS = 600

const FAILURES_BEFORE_DELAY = 30
const DELAY_STEP_MS = 100
const DELAY_MAX_MS = 5_000
/** How long an address that logged in to an account is no stranger to it. */
const FAMILIAR_SECONDS = 30 * 24 * 3_600

/** Attempts under way count as failures until they end, so few may be under way. */
const ATTEMPTS_AT_ONCE = 4
const WAITING_MAX = 500

export function createAttemptLimiter(pool: Pool, isOn: boolean): AttemptLimiter {
  if (!isOn) return { login: (_ip, _account, attempt) => attempt(), register: async () => {} }
  const limiter = (keyPrefix: string, points: number, duration = WINDOW_SECONDS) =>
    new RateLimiterPostgres({
      storeClient: pool,
      storeType: 'pool',
      tableName: 'login_attempts',
      tableCreated: true,
      keyPrefix,
      points,
      duration,
    })
  const byAccountAndAddress = limiter('login', FAILURES_PER_ACCOUNT_AND_ADDRESS)
  const byAddress = limiter('ip', FAILURES_PER_ADDRESS)
  const byAccount = limiter('account', Number.MAX_SAFE_INTEGER)
  const familiar = limiter('familiar', 1, FAMILIAR_SECONDS)
  const registrations = limiter('register', REGISTRATIONS_PER_ADDRESS)
  const inTurn = createTurns(ATTEMPTS_AT_ONCE, WAITING_MAX)

  async function attemptOn<T>(address: string, account: string, attempt: () => Promise<T>): Promise<T> {
    const both = `${address} ${account}`
    const failures = (await byAccount.get(account))?.consumedPoints ?? 0
    if (failures > FAILURES_BEFORE_DELAY && !(await familiar.get(both))) await sleep(delayMs(failures))
    return inTurn(async () => {
      await consume(byAccountAndAddress, both)
      try {
        const result = await attempt()
        await Promise.all([byAccountAndAddress.delete(both), familiar.set(both, 1, FAMILIAR_SECONDS)])
        return result
      } catch (error) {
        await (isWrongGuess(error) ? byAccount.penalty(account) : byAccountAndAddress.reward(both))
        throw error
      }
    })
  }

  return {
    async login(ip, account, attempt) {
      const address = addressBlock(ip)
      // Counted before the attempt, so that attempts sent at once do not all pass an old count.
      const count = async () => {
        await consume(byAddress, address)
        try {
          const result = await attempt()
          await byAddress.reward(address)
          return result
        } catch (error) {
          if (!isWrongGuess(error)) await byAddress.reward(address)
          throw error
        }
      }
      return account === undefined ? count() : attemptOn(address, accountKey(account), count)
    },
    register: (ip) => consume(registrations, addressBlock(ip)),
  }
}

/** Whoever has one IPv6 address usually has the whole /64, so that block counts as one. */
export function addressBlock(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1]
  if (mapped) return mapped
  if (!isIPv6(ip)) return ip
  const [head = '', tail] = ip.split('%', 1)[0]?.split('::') ?? []
  const left = head === '' ? [] : head.split(':')
  const right = tail ? tail.split(':') : []
  const zeros = tail === undefined ? [] : Array<string>(8 - left.length - right.length).fill('0')
  const prefix = [...left, ...zeros, ...right]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
  return `${prefix.join(':')}::/64`
}

function delayMs(failures: number): number {
  return Math.min((failures - FAILURES_BEFORE_DELAY) * DELAY_STEP_MS, DELAY_MAX_MS)
}

/** A database that is away, or Google, is nobody's wrong guess. */
function isWrongGuess(error: unknown): boolean {
  return error instanceof AppError && (error.status === 401 || WRONG_PROOFS.has(error.code))
}

const WRONG_PROOFS = new Set(['wrong_password', 'wrong_google_account'])

async function consume(limiter: RateLimiterAbstract, key: string): Promise<void> {
  await limiter.consume(key).catch((refusal: unknown) => {
    if (!(refusal instanceof RateLimiterRes)) throw refusal
    const seconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000))
    throw tooManyRequests(seconds, `Too many attempts: wait ${Math.ceil(seconds / 60)} min and try again.`)
  })
}
