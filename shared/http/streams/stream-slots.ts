import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import { AppError, unavailable } from '#shared/errors/app-error.ts'
import { createPlaces, type Places } from '#shared/http/limits/slots.ts'
import { networkOf } from '#shared/lib/address-blocks.ts'

/** Who wants to listen to what. Kinds of streams have places of their own, so that one never takes those of another. */
export type StreamClaim = {
  kind: string
  /** Nobody's, for those that are trusted with as many as there are: only the places of the kind count then. */
  account?: number
}

export type StreamPlaceLimits = {
  /** Streams of one kind in one process; more are told to come back. */
  streamsMax: number
  /** Of one kind, at once. 0: as many as there are. */
  perAccountMax: number
  perAddressMax: number
}

/** What each network listens to, the oldest first. */
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

/** Those who have been shown out keep their places for another moment. */
const LEAVING_MAX = 64

/**
 * Who may listen how often at once. When all places are taken, whoever comes from a network with few of them gets one of the network
 * that has most: many accounts at some addresses cannot keep everybody else out. Whoever is shown out comes again by itself.
 */
export function givePlaces({ streamsMax, perAccountMax, perAddressMax }: StreamPlaceLimits) {
  const kinds = new Map<string, { places: Places; networks: Networks }>()

  const makeRoom = (networks: Networks, network: string) => {
    const own = networks.get(network)?.size ?? 0
    const most = [...networks.values()].reduce((a, b) => (b.size > a.size ? b : a), new Set<ServerResponse>())
    const [oldest] = most
    if (!oldest || most.size <= own + 1) throw tooManyStreams()
    most.delete(oldest)
    oldest.destroy()
  }
  return ({ raw, request }: FastifyReply, { kind, account }: StreamClaim): void => {
    const { places, networks } = kinds.get(kind) ?? {
      places: createPlaces(streamsMax + LEAVING_MAX, tooManyStreams),
      networks: new Map() as Networks,
    }
    kinds.set(kind, { places, networks })
    const network = networkOf(request.ip)
    const claims = [
      { key: `account ${account}`, max: perAccountMax, refusal: tooManyOf('This account') },
      { key: `address ${network}`, max: perAddressMax, refusal: tooManyOf('This address') },
    ]
    const isFull = [...networks.values()].reduce((sum, { size }) => sum + size, 0) >= streamsMax
    places.take(raw, account === undefined ? [] : claims.filter(({ max }) => max > 0))
    // Who has left already has no place, and will not be told again that it is over.
    if (raw.destroyed) return
    if (isFull) makeRoom(networks, network)
    const own = networks.get(network) ?? new Set()
    networks.set(network, own.add(raw))
    raw.once('close', () => {
      own.delete(raw)
      if (own.size === 0 && networks.get(network) === own) networks.delete(network)
    })
  }
}
