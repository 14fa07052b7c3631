import { LRUCache } from 'lru-cache'
import { unavailable } from '#shared/errors/app-error.ts'
import { networkOf } from '#shared/lib/address-blocks.ts'
import { createFairQueue } from './fair-queue.ts'

/**
 * Limits concurrent sign-ins, since hashing passwords uses all CPU that it gets. Waiting requests are admitted fairly:
 * round robin over networks, within a network over accounts, accounts that have logged in from there first (decision 0042).
 */
export type CredentialAdmission = {
  /** Runs work that hashes a password. `account` is any text that identifies the account. Throws 503 when too many wait. */
  runWithHash<T>(ip: string, account: string | number, work: () => Promise<T>): Promise<T>
  /** Runs a sign-in without a password, which is quicker and has a queue of its own. Throws 503 when too many wait. */
  runWithoutHash<T>(ip: string, work: () => Promise<T>): Promise<T>
}

/** Hashing and file access share libuv's four threads: one is left for files. */
const HASHING_MAX = 3
const UNHASHED_MAX = 8
/** Waiting requests of one network, and of all. */
const WAITING_MAX = { ofOne: 100, ofAll: 1_000 }
const KNOWN_MAX = 20_000

const tooManyWaiting = () =>
  unavailable('busy', 'Too many people are signing in at once: please try again in a moment.', 2)

export function createCredentialAdmission(isPerNetwork: boolean): CredentialAdmission {
  const known = new LRUCache<string, true>({ max: KNOWN_MAX })
  const waitingMax = isPerNetwork ? WAITING_MAX : { ...WAITING_MAX, ofOne: WAITING_MAX.ofAll }
  const runHashing = createFairQueue({ atOnceMax: HASHING_MAX, waitingMax, tooManyWaiting })
  const runUnhashed = createFairQueue({ atOnceMax: UNHASHED_MAX, waitingMax, tooManyWaiting })
  return {
    async runWithHash(ip, account, work) {
      const network = networkOf(ip)
      const name = String(account).trim().toLowerCase().slice(0, 320)
      const both = `${network} ${name}`
      // Only requests that are logged in know the account by its id.
      const group = typeof account === 'number' || known.has(both) ? 'known' : 'unknown'
      const result = await runHashing({ network, group, account: name }, work)
      known.set(both, true)
      return result
    },
    runWithoutHash: (ip, work) =>
      runUnhashed({ network: networkOf(ip), group: 'unknown', account: '' }, work),
  }
}
