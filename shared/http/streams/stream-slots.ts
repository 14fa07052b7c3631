import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import { AppError, unavailable } from '#shared/errors/app-error.ts'
import { createSlots, type Slots } from '#shared/http/limits/slots.ts'
import { onceClosed } from '#shared/http/requests/response-close.ts'
import { networkOf } from '#shared/lib/address-blocks.ts'

/** Who subscribes to what. Each kind of stream has slots of its own. */
export type StreamClaim = {
  kind: string
  /** Left out for trusted callers, who are limited by `streamsMax` only. */
  account?: number
}

export type StreamSlotLimits = {
  /** Open streams of one kind in one process. */
  streamsMax: number
  /** Open streams of one kind. 0: no limit. */
  perAccountMax: number
  perAddressMax: number
}

/** Open streams of each network, the oldest first. */
type Networks = Map<string, Set<ServerResponse>>

const COME_AGAIN_SECONDS = 30

const tooManyStreams = () =>
  unavailable('too_many_streams', 'Too many clients are listening: please try again in a moment.')
const tooManyOf = (whose: string) => () =>
  new AppError(
    429,
    'too_many_streams',
    `${whose} listens to as many streams as it may: close one of them, or try again later.`,
    { headers: { 'retry-after': String(COME_AGAIN_SECONDS) } },
  )

/** Streams that are being closed still hold their slots for a moment. */
const CLOSING_MAX = 64

/**
 * Limits the open streams by account, by network and in total. When all slots are taken, a client of a network with few of them
 * replaces the oldest stream of the network with most, so that many accounts at few addresses cannot keep others out. The client
 * that is disconnected reconnects later.
 */
export function createStreamSlots({ streamsMax, perAccountMax, perAddressMax }: StreamSlotLimits) {
  const kinds = new Map<string, { slots: Slots; networks: Networks }>()
  const createKind = () => {
    const networks: Networks = new Map()
    return { slots: createSlots(streamsMax + CLOSING_MAX, tooManyStreams), networks }
  }

  const makeRoom = (networks: Networks, network: string) => {
    const own = networks.get(network)?.size ?? 0
    const most = [...networks.values()].reduce((a, b) => (b.size > a.size ? b : a), new Set<ServerResponse>())
    const [oldest] = most
    if (!oldest || most.size <= own + 1) throw tooManyStreams()
    most.delete(oldest)
    oldest.destroy()
  }
  return ({ raw, request }: FastifyReply, { kind, account }: StreamClaim): void => {
    const { slots, networks } = kinds.get(kind) ?? createKind()
    kinds.set(kind, { slots, networks })
    const network = networkOf(request.ip)
    const claims = [
      { key: `account ${account}`, max: perAccountMax, refusal: tooManyOf('This account') },
      { key: `address ${network}`, max: perAddressMax, refusal: tooManyOf('This address') },
    ]
    const isFull = [...networks.values()].reduce((sum, { size }) => sum + size, 0) >= streamsMax
    slots.take(raw, account === undefined ? [] : claims.filter(({ max }) => max > 0))
    // A client that has left has no slot, and its `close` event is over.
    if (raw.destroyed) return
    if (isFull) makeRoom(networks, network)
    const own = networks.get(network) ?? new Set()
    networks.set(network, own.add(raw))
    onceClosed(raw, () => {
      own.delete(raw)
      if (own.size === 0 && networks.get(network) === own) networks.delete(network)
    })
  }
}
