import type { AppError } from '#shared/errors/app-error.ts'

/** A database that does not answer holds up everybody in the line: nobody stands in it for longer than this. */
const WAIT_MAX_MS = 6_000

export type Place = { network: string; group: 'known' | 'unknown'; account: string }

type Plan = {
  atOnceMax: number
  waitingMax: { ofOne: number; ofAll: number }
  tooManyWaiting: () => AppError
}
type Enter = () => void

/**
 * Lets `atOnceMax` pieces of work run. Who waits is served by turns: network after network, in each the known accounts
 * first, account after account, first come first served. So nobody waits longer for many others than for one, unless
 * they are of the same network. The bounds count for known and unknown apart: a crowd of strangers fills only its own.
 */
export function createFairLine({ atOnceMax, waitingMax, tooManyWaiting }: Plan) {
  const networks = new Map<string, Record<Place['group'], Turns>>()
  let running = 0
  let waitingInAll = 0

  const turnsOf = ({ network, group }: Place): Turns => {
    const groups = networks.get(network) ?? { known: createTurns(), unknown: createTurns() }
    networks.set(network, groups)
    return groups[group]
  }
  const standInLine = (place: Place): Promise<void> => {
    const turns = turnsOf(place)
    const isFull = waitingInAll >= waitingMax.ofAll && place.group === 'unknown'
    if (isFull || turns.length() >= waitingMax.ofOne) throw tooManyWaiting()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const enter = () => {
      clearTimeout(timer)
      resolve()
    }
    const timer = setTimeout(() => {
      if (turns.remove(place.account, enter)) waitingInAll--
      reject(tooManyWaiting())
    }, WAIT_MAX_MS)
    turns.add(place.account, enter)
    waitingInAll++
    return promise
  }
  const takeNext = (): Enter | undefined => {
    for (const [network, groups] of networks) {
      const enter = groups.known.next() ?? groups.unknown.next()
      // The network goes to the end, or out.
      networks.delete(network)
      if (groups.known.length() + groups.unknown.length() > 0) networks.set(network, groups)
      if (!enter) continue
      waitingInAll--
      return enter
    }
    return undefined
  }

  return async function inTurn<T>(place: Place, work: () => Promise<T>): Promise<T> {
    if (running < atOnceMax) running++
    else await standInLine(place)
    try {
      return await work()
    } finally {
      // The place is handed over rather than freed, so that nobody who comes just now can take it.
      const enter = takeNext()
      if (enter) enter()
      else running--
    }
  }
}

type Turns = ReturnType<typeof createTurns>

/** Those who wait, by account: each account in its turn. */
function createTurns() {
  const accounts = new Map<string, Set<Enter>>()
  let length = 0
  const remove = (account: string, enter: Enter): boolean => {
    const line = accounts.get(account)
    if (!line?.delete(enter)) return false
    length--
    if (line.size === 0) accounts.delete(account)
    return true
  }
  return {
    length: () => length,
    add(account: string, enter: Enter) {
      const line = accounts.get(account) ?? new Set()
      accounts.set(account, line.add(enter))
      length++
    },
    remove,
    next(): Enter | undefined {
      const [first] = accounts
      if (!first) return undefined
      const [account, line] = first
      const [enter] = line as Set<Enter>
      if (!enter) return undefined
      remove(account, enter)
      if (accounts.delete(account)) accounts.set(account, line)
      return enter
    },
  }
}
