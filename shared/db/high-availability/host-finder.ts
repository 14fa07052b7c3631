import { setTimeout as sleep } from 'node:timers/promises'
import type { Address, DatabaseRole } from '#shared/db/database-url.ts'

/** `timeline` is raised by every promotion; a standby does not say it. */
export type HostState = { isStandby: boolean; timeline: number }

/** Knows which of several hosts is the primary (or a replica), and looks again when that one is in doubt. */
export type HostFinder = {
  /** Remembered, or looked for once by all who ask at that time. Rejects as a database that is away. */
  find(): Promise<Address>
  /** This one broke, went silent, or refuses to write: whoever asks next looks again. */
  distrust(host: Pick<Address, 'host' | 'port'>): void
}

type FinderOptions = {
  role: DatabaseRole
  addresses: Address[]
  /** Must end by itself, also when the host says nothing. */
  ask: (address: Address) => Promise<HostState>
  log: { info(details: object, message: string): void; warn(details: object, message: string): void }
}

/** So long the others may still answer when one has said that it is the primary: two may believe it of themselves. */
const OTHERS_MAX_MS = 250
/** While none is found, all who ask within this time share one search. */
const PAUSE_MS = 100

export function createHostFinder({ role, addresses, ask, log }: FinderOptions): HostFinder {
  let known: Address | undefined
  let lastName: string | undefined
  let searching: Promise<Address> | undefined
  let isMissing = false
  /** The highest that was seen: a server that was primary before the last promotion is never written to again. */
  let timelineMin = 0

  const search = async (): Promise<Address> => {
    const { found, answers } = await askAll()
    if (!found) {
      if (!isMissing) log.warn({ role, answers }, 'no database host has the role that is wanted')
      isMissing = true
      await sleep(PAUSE_MS)
      const told = Object.entries(answers).map(([name, answer]) => `${name}: ${answer}`)
      const message = `none of the hosts is a ${role} (${told.join('; ')})`
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

  const askAll = async () => {
    const fitting: { address: Address; timeline: number }[] = []
    const answers: Record<string, string> = {}
    const isFound = Promise.withResolvers<void>()
    const asked = addresses.map(async (address) => {
      const { isStandby, timeline } = await ask(address)
      const isOld = !isStandby && timeline < timelineMin
      answers[address.name] = isOld ? `primary of the old timeline ${timeline}` : nameOf(isStandby)
      if (isOld || isStandby !== (role === 'replica')) return
      fitting.push({ address, timeline })
      isFound.resolve()
    })
    const all = Promise.allSettled(asked).then((results) => {
      for (const [i, { name }] of addresses.entries()) {
        const result = results[i]
        if (result?.status === 'rejected') answers[name] = result.reason.message || result.reason.code
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

/** SQLSTATE of a connection that could not be made: answered with 503 like any other. */
const NOT_CONNECTED = '08001'

const nameOf = (isStandby: boolean) => (isStandby ? 'standby' : 'primary')
