import { LRUCache } from 'lru-cache'
import { unavailable } from '#shared/errors/app-error.ts'
import { networkOf } from '#shared/lib/address-blocks.ts'
import { createFairLine } from './fair-queue.ts'

/**
 * What the credential doors may cost at once: hashes take all the processor there is. Who waits is let in by turns of
 * the networks, within a network by turns of the accounts, and those who have come in from there before come first.
 */
export type CredentialDoors = {
  /** For whatever hashes a password. `account` is any text that stands for the account. Throws 503 when too many wait. */
  enter<T>(ip: string, account: string | number, work: () => Promise<T>): Promise<T>
  /** For signing in without a password: quicker, and not to be held up by those who have one. */
  pass<T>(ip: string, work: () => Promise<T>): Promise<T>
}

/** Node hashes and reads files in four threads: one is left for files. */
const HASHING_MAX = 3
const PASSING_MAX = 8
/** Of one network, and of all. */
const WAITING_MAX = { ofOne: 100, ofAll: 1_000 }
const KNOWN_MAX = 20_000

const tooManyWaiting = () =>
  unavailable('busy', 'Too many people are signing in at once: please try again in a moment.', 2)

export function createCredentialDoors(isPerNetwork: boolean): CredentialDoors {
  const known = new LRUCache<string, true>({ max: KNOWN_MAX })
  const waitingMax = isPerNetwork ? WAITING_MAX : { ...WAITING_MAX, ofOne: WAITING_MAX.ofAll }
  const hashing = createFairLine({ atOnceMax: HASHING_MAX, waitingMax, tooManyWaiting })
  const passing = createFairLine({ atOnceMax: PASSING_MAX, waitingMax, tooManyWaiting })
  return {
    async enter(ip, account, work) {
      const network = networkOf(ip)
      const name = String(account).trim().toLowerCase().slice(0, 320)
      const both = `${network} ${name}`
      // An account that is named by its id is logged in already.
      const group = typeof account === 'number' || known.has(both) ? 'known' : 'unknown'
      const result = await hashing({ network, group, account: name }, work)
      known.set(both, true)
      return result
    },
    pass: (ip, work) => passing({ network: networkOf(ip), group: 'unknown', account: '' }, work),
  }
}
