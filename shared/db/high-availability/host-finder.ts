import { setTimeout as sleep } from 'node:timers/promises'
import type { Address, DatabaseRole } from '#shared/db/database-url.ts'
import { codeOf, messageOf } from '#shared/errors/error-facts.ts'

/** `timeline` grows with every promotion; it is 0 for a standby. */
export type HostState = { isStandby: boolean; timeline: number }

/** Finds which of several hosts has the wanted role, and caches it (decision 0036). */
export type HostFinder = {
  /** The cached host, or the result of a search that simultaneous callers share. Rejects with code 08001 when none has the role. */
  find(): Promise<Address>
  /** Call when the host has failed or refuses writes: the next `find` searches again. */
  distrust(host: Pick<Address, 'host' | 'port'>): void
}

type FinderOptions = {
  role: DatabaseRole
  addresses: Address[]
  /** Must have a timeout. */
  probe: (address: Address) => Promise<HostState>
  log: { info(details: object, message: string): void; warn(details: object, message: string): void }
}

/** Time for the other hosts after one has answered as primary: an old primary may still believe that it is one. */
const OTHERS_MAX_MS = 250
/** Minimum duration of a search that finds none. */
const PAUSE_MS = 100

export function createHostFinder({ role, addresses, probe, log }: FinderOptions): HostFinder {
  let known: Address | undefined
  let lastName: string | undefined
  let searching: Promise<Address> | undefined
  let isMissing = false
  /** The highest timeline seen: a primary of an older one was replaced and must not be written to. */
  let timelineMin = 0

  const search = async (): Promise<Address> => {
    const { found, answers } = await probeAll()
    if (!found) {
      if (!isMissing) log.warn({ role, answers }, 'no database host has the role that is wanted')
      isMissing = true
      await sleep(PAUSE_MS)
      const states = Object.entries(answers).map(([name, answer]) => `${name}: ${answer}`)
      const message = `none of the hosts is a ${role} (${states.join('; ')})`
      throw Object.assign(new Error(message), { code: NOT_CONNECTED })
    }
    if (isMissing || found.address.name !== lastName)
      log.info({ role, host: found.address.name }, 'database host chosen')
    isMissing = false
    timelineMin = Math.max(timelineMin, found.timeline)
    known = found.address
    lastName = known.name
    return known
  }

  const probeAll = async () => {
    const fitting: { address: Address; timeline: number }[] = []
    const answers: Record<string, string> = {}
    const isFound = Promise.withResolvers<void>()
    const probes = addresses.map(async (address) => {
      const { isStandby, timeline } = await probe(address)
      const isOld = !isStandby && timeline < timelineMin
      answers[address.name] = isOld ? `primary of the old timeline ${timeline}` : nameOf(isStandby)
      if (isOld || isStandby !== (role === 'replica')) return
      fitting.push({ address, timeline })
      isFound.resolve()
    })
    const all = Promise.allSettled(probes).then((results) => {
      for (const [i, { name }] of addresses.entries()) {
        const result = results[i]
        if (result?.status === 'rejected')
          answers[name] = messageOf(result.reason) || `${codeOf(result.reason)}`
      }
    })
    await Promise.race([all, isFound.promise.then(() => sleep(role === 'primary' ? OTHERS_MAX_MS : 0))])
    const [found] = fitting.toSorted((a, b) => b.timeline - a.timeline)
    return { found, answers }
  }

  return {
    async find() {
      if (known) return known
      searching ??= search().finally(() => {
        searching = undefined
      })
      return searching
    },
    distrust({ host, port }) {
      if (known?.host === host && known.port === port) known = undefined
    },
  }
}

/** SQLSTATE of a failed connection, so that it is answered with 503. */
const NOT_CONNECTED = '08001'

const nameOf = (isStandby: boolean) => (isStandby ? 'standby' : 'primary')
