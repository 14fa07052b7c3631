import type { Pool } from 'pg'
import { AppError } from '#shared/errors/app-error.ts'
import { addressBlocks, networkOf } from '#shared/lib/address-blocks.ts'
import { type Count, createCounting, createLimiters } from './attempt-counts.ts'
import { type Account, accountKey } from './login-attempt.store.ts'
import { createSemaphore } from './semaphore.ts'

/**
 * Limits guessing of credentials. Counted in the database, so that limits hold across restarts and instances, and before
 * the password is checked, so that parallel attempts cannot all pass on an old count.
 *
 * An IP address that has logged in to an account is familiar to it: the pair has its own counter, which attempts of others
 * on that address or account do not touch. All others are strangers and share one counter per address and one per account.
 */
export type AttemptLimiter = {
  /**
   * Runs one login attempt. Only wrong credentials stay counted: 401, or one of `WRONG_PROOFS`. Throws 429 after
   * too many. `account` is undefined for a token of 256 bits or with a signature, which cannot be guessed.
   */
  login<T>(ip: string, account: Account | undefined, attempt: () => Promise<T>): Promise<T>
  /** The same for somebody who is logged in and confirms that the account is theirs. */
  confirm<T>(ip: string, account: Account, attempt: () => Promise<T>): Promise<T>
  /** Counts one registration. Throws 429 when there were too many. */
  register(ip: string): Promise<void>
  /** Counts one mail that somebody asks for. Throws 429 when there were too many to the account or from the address. */
  mail(ip: string, account: Account): Promise<void>
}

const WINDOW_SECONDS = 15 * 60
const FAILURES_PER_PAIR = 10
const FAILURES_PER_ADDRESS = 200
/** Of all strangers at one account; above this limit they share `ATTEMPTS_PER_MINUTE`. */
const FAILURES_PER_ACCOUNT = 30
const ATTEMPTS_PER_MINUTE = 10
/** In an hour, and from one address in 15 minutes. */
const MAILS_PER_ACCOUNT = 5
const MAILS_PER_ADDRESS = 30
/** How long an address stays familiar to an account after a login. */
const FAMILIAR_SECONDS = 30 * 24 * 3_600

/** Running attempts count as failures until they end, so few may run at once. */
const ATTEMPTS_AT_ONCE = 4
const WAITING_MAX = 500

/** `registrationsPerAddress`: in 15 minutes; 0 means no limit. */
export function createAttemptLimiter(
  pool: Pool,
  isOn: boolean,
  registrationsPerAddress = 20,
): AttemptLimiter {
  if (!isOn) return UNLIMITED
  const limits = createLimits(pool, registrationsPerAddress)
  const { pairs, familiar } = limits
  const { refuseFull, run, take } = createCounting()
  // Separate semaphores, so that familiar clients do not queue behind a crowd of strangers.
  const [runFamiliar, runStranger] = [newSemaphore(), newSemaphore()]

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
      const withPermit = isFamiliar ? runFamiliar : runStranger
      const result = await withPermit(() => {
        refuseFull(counts)
        return run(counts, attempt, isWrongGuess)
      })
      await Promise.all([pairs.delete(both), familiar.set(both, 1, FAMILIAR_SECONDS)])
      return result
    },
    confirm(ip, account, attempt) {
      const key = accountKey(account)
      const counts = [{ limiter: pairs, key: `${networkOf(ip)} ${key}` }, limits.ofOwner(key)]
      return runFamiliar(() => run(counts, attempt, isWrongGuess))
    },
    async register(ip) {
      const counts = registrationsPerAddress > 0 ? limits.ofRegistrations(ip) : []
      refuseFull(counts)
      for (const count of counts) await take(count)
    },
    async mail(ip, account) {
      const counts = [...limits.ofMails(ip), limits.ofMailed(accountKey(account))]
      refuseFull(counts)
      for (const count of counts) await take(count)
    },
  }

  /** A valid token is accepted regardless of what others sent from that address: only invalid ones are counted. */
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
  mail: async () => {},
}

const newSemaphore = () => createSemaphore(ATTEMPTS_AT_ONCE, WAITING_MAX)

function createLimits(pool: Pool, registrationsPerAddress: number) {
  const limiter = createLimiters(pool)
  // Larger address blocks may have more: one limiter for each of the up to three blocks that `addressBlocks` returns.
  const perAddress = (prefix: string, points: number) => {
    const limiters = [1, 2, 4].map((times) => limiter(`${prefix}${times}`, points * times, WINDOW_SECONDS))
    return (ip: string): Count[] =>
      addressBlocks(ip).map(({ block }, i) => ({ limiter: limiters[i] as Count['limiter'], key: block }))
  }
  /** `FAILURES_PER_ACCOUNT` at any speed, then `ATTEMPTS_PER_MINUTE`. */
  const paced = (prefix: string) => {
    const failures = limiter(prefix, FAILURES_PER_ACCOUNT, WINDOW_SECONDS)
    const pace = limiter(`${prefix}-pace`, ATTEMPTS_PER_MINUTE, 60)
    return (key: string): Count => ({ limiter: failures, key, beyond: { limiter: pace, key } })
  }
  const mailed = limiter('mail-to', MAILS_PER_ACCOUNT, 3_600)
  return {
    pairs: limiter('login', FAILURES_PER_PAIR, WINDOW_SECONDS),
    familiar: limiter('familiar', 1, FAMILIAR_SECONDS),
    ofAddress: perAddress('ip', FAILURES_PER_ADDRESS),
    ofProofs: perAddress('proof', FAILURES_PER_ADDRESS),
    ofRegistrations: perAddress('register', registrationsPerAddress),
    ofMails: perAddress('mail', MAILS_PER_ADDRESS),
    ofMailed: (key: string): Count => ({ limiter: mailed, key }),
    ofAccount: paced('account'),
    ofOwner: paced('owner'),
  }
}

/** An unavailable database or Google does not count as a wrong guess. */
function isWrongGuess(error: unknown): boolean {
  return error instanceof AppError && (error.status === 401 || WRONG_PROOFS.has(error.code))
}

const WRONG_PROOFS = new Set(['wrong_password', 'wrong_google_account', 'link_invalid'])
