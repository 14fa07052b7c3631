import type { Pool } from 'pg'
import { AppError } from '#shared/errors/app-error.ts'
import { addressBlocks, networkOf } from '#shared/lib/address-blocks.ts'
import { type Count, createCounting, createLimiters } from './attempt-counts.ts'
import { type Account, accountKey } from './login-attempt.store.ts'
import { createTurns } from './semaphore.ts'

/**
 * Bounds guessing at the credential doors. Counted in the database, so a limit holds over restarts and instances, and
 * before a password is checked, so that attempts sent at once do not all pass an old count. Nobody is made to wait.
 *
 * An address that has logged in to an account is familiar to it. Such a pair has a count of its own: nothing that others
 * do at that address or at that account stops it. All others are strangers, who share a count for each address and one
 * for each account.
 */
export type AttemptLimiter = {
  /**
   * Runs one login attempt. Only wrong credentials stay counted: 401, or 403 with one of `WRONG_PROOFS`. Throws 429 when
   * there were too many. `account` is undefined for a proof that says itself whose it is, and cannot be guessed.
   */
  login<T>(ip: string, account: Account | undefined, attempt: () => Promise<T>): Promise<T>
  /** The same where somebody who is logged in to the account shows once more that it is theirs. */
  confirm<T>(ip: string, account: Account, attempt: () => Promise<T>): Promise<T>
  /** Counts one registration. Throws 429 when there were too many. */
  register(ip: string): Promise<void>
}

const WINDOW_SECONDS = 15 * 60
const FAILURES_PER_PAIR = 10
const FAILURES_PER_ADDRESS = 200
/** Of strangers at one account, from all addresses together; beyond that they have so many attempts a minute. */
const FAILURES_PER_ACCOUNT = 30
const ATTEMPTS_PER_MINUTE = 10
/** How long an address that logged in to an account is no stranger to it. */
const FAMILIAR_SECONDS = 30 * 24 * 3_600

/** Attempts under way count as failures until they end, so few may be under way. */
const ATTEMPTS_AT_ONCE = 4
const WAITING_MAX = 500

/** `registrationsPerAddress`: in 15 minutes; 0: as many as they like. */
export function createAttemptLimiter(
  pool: Pool,
  isOn: boolean,
  registrationsPerAddress = 20,
): AttemptLimiter {
  if (!isOn) return UNLIMITED
  const limits = createLimits(pool, registrationsPerAddress)
  const { pairs, familiar } = limits
  const { refuseFull, run, take } = createCounting()
  // Those who are known do not stand in line behind a crowd of strangers.
  const [familiarsInTurn, strangersInTurn] = [newLine(), newLine()]

  return {
    async login(ip, account, attempt) {
      if (account === undefined) return unguessable(ip, attempt)
      const key = accountKey(account)
      const both = `${networkOf(ip)} ${key}`
      const own: Count = { limiter: pairs, key: both }
      refuseFull([own])
      const isFamiliar = (await familiar.get(both)) !== null
      const counts = isFamiliar ? [own] : [own, ...limits.ofAddress(ip), limits.ofAccount(key)]
      refuseFull(counts)
      const inTurn = isFamiliar ? familiarsInTurn : strangersInTurn
      const result = await inTurn(() => {
        refuseFull(counts)
        return run(counts, attempt, isWrongGuess)
      })
      await Promise.all([pairs.delete(both), familiar.set(both, 1, FAMILIAR_SECONDS)])
      return result
    },
    confirm(ip, account, attempt) {
      const key = accountKey(account)
      const counts = [{ limiter: pairs, key: `${networkOf(ip)} ${key}` }, limits.ofOwner(key)]
      return familiarsInTurn(() => run(counts, attempt, isWrongGuess))
    },
    async register(ip) {
      const counts = registrationsPerAddress > 0 ? limits.ofRegistrations(ip) : []
      refuseFull(counts)
      for (const count of counts) await take(count)
    },
  }

  /** What is right is let in whatever others have sent from that address: only what is wrong is counted, and then refused. */
  async function unguessable<T>(ip: string, attempt: () => Promise<T>): Promise<T> {
    try {
      return await attempt()
    } catch (error) {
      if (!isWrongGuess(error)) throw error
      const counts = limits.ofProofs(ip)
      refuseFull(counts)
      for (const count of counts) await take(count)
      throw error
    }
  }
}

const UNLIMITED: AttemptLimiter = {
  login: (_ip, _account, attempt) => attempt(),
  confirm: (_ip, _account, attempt) => attempt(),
  register: async () => {},
}

const newLine = () => createTurns(ATTEMPTS_AT_ONCE, WAITING_MAX)

function createLimits(pool: Pool, registrationsPerAddress: number) {
  const limiter = createLimiters(pool)
  /** Larger blocks of addresses may have more. */
  const perAddress = (prefix: string, points: number) => {
    const limiters = [1, 2, 4].map((times) => limiter(`${prefix}${times}`, points * times, WINDOW_SECONDS))
    return (ip: string): Count[] =>
      addressBlocks(ip).map(({ block }, i) => ({ limiter: limiters[i] as Count['limiter'], key: block }))
  }
  /** One after another, the first so many at any speed. */
  const paced = (prefix: string) => {
    const failures = limiter(prefix, FAILURES_PER_ACCOUNT, WINDOW_SECONDS)
    const pace = limiter(`${prefix}-pace`, ATTEMPTS_PER_MINUTE, 60)
    return (key: string): Count => ({ limiter: failures, key, beyond: { limiter: pace, key } })
  }
  return {
    pairs: limiter('login', FAILURES_PER_PAIR, WINDOW_SECONDS),
    familiar: limiter('familiar', 1, FAMILIAR_SECONDS),
    ofAddress: perAddress('ip', FAILURES_PER_ADDRESS),
    ofProofs: perAddress('proof', FAILURES_PER_ADDRESS),
    ofRegistrations: perAddress('register', registrationsPerAddress),
    ofAccount: paced('account'),
    ofOwner: paced('owner'),
  }
}

/** A database that is away, or Google, is nobody's wrong guess. */
function isWrongGuess(error: unknown): boolean {
  return error instanceof AppError && (error.status === 401 || WRONG_PROOFS.has(error.code))
}

const WRONG_PROOFS = new Set(['wrong_password', 'wrong_google_account'])
