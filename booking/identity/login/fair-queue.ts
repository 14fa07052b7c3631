import type { AppError } from '#shared/errors/app-error.ts'

/** Bounds the wait when the running work hangs, such as on an unresponsive database. */
const WAIT_MAX_MS = 6_000

type Key = { network: string; group: 'known' | 'unknown'; account: string }

type Options = {
  atOnceMax: number
  waitingMax: { ofOne: number; ofAll: number }
  tooManyWaiting: () => AppError
}
type Start = () => void

/**
 * Returns a function that runs work, `atOnceMax` at a time. Waiting work is started round robin: over networks, in each
 * network known accounts first, over accounts, and first in first out within an account. So a crowd only delays others of
 * its own network. Known and unknown accounts have separate bounds. Throws `tooManyWaiting()` when the queue is full, and
 * after `WAIT_MAX_MS`.
 */
export function createFairQueue({ atOnceMax, waitingMax, tooManyWaiting }: Options) {
  const networks = new Map<string, Record<Key['group'], AccountQueues>>()
  let running = 0
  let waitingInAll = 0

  const queuesOf = ({ network, group }: Key): AccountQueues => {
    const groups = networks.get(network) ?? { known: createAccountQueues(), unknown: createAccountQueues() }
    networks.set(network, groups)
    return groups[group]
  }
  const waitForStart = (key: Key): Promise<void> => {
    const queues = queuesOf(key)
    const isFull = waitingInAll >= waitingMax.ofAll && key.group === 'unknown'
    if (isFull || queues.length() >= waitingMax.ofOne) throw tooManyWaiting()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const start = () => {
      clearTimeout(timer)
      resolve()
    }
    const timer = setTimeout(() => {
      if (queues.remove(key.account, start)) waitingInAll--
      reject(tooManyWaiting())
    }, WAIT_MAX_MS)
    queues.add(key.account, start)
    waitingInAll++
    return promise
  }
  const takeNext = (): Start | undefined => {
    for (const [network, groups] of networks) {
      const start = groups.known.next() ?? groups.unknown.next()
      // Round robin: the network moves to the end, or is removed when nothing of it waits.
      networks.delete(network)
      if (groups.known.length() + groups.unknown.length() > 0) networks.set(network, groups)
      if (!start) continue
      waitingInAll--
      return start
    }
    return undefined
  }

  return async function run<T>(key: Key, work: () => Promise<T>): Promise<T> {
    if (running < atOnceMax) running++
    else await waitForStart(key)
    try {
      return await work()
    } finally {
      // The permit is handed over rather than released, so that a new arrival cannot overtake the queue.
      const start = takeNext()
      if (start) start()
      else running--
    }
  }
}

type AccountQueues = ReturnType<typeof createAccountQueues>

/** A queue per account, served round robin. */
function createAccountQueues() {
  const accounts = new Map<string, Set<Start>>()
  let length = 0
  const remove = (account: string, start: Start): boolean => {
    const queue = accounts.get(account)
    if (!queue?.delete(start)) return false
    length--
    if (queue.size === 0) accounts.delete(account)
    return true
  }
  return {
    length: () => length,
    add(account: string, start: Start) {
      const queue = accounts.get(account) ?? new Set()
      accounts.set(account, queue.add(start))
      length++
    },
    remove,
    next(): Start | undefined {
      const [first] = accounts
      if (!first) return undefined
      const [account, queue] = first
      const [start] = queue
      if (!start) return undefined
      remove(account, start)
      if (accounts.delete(account)) accounts.set(account, queue)
      return start
    },
  }
}
