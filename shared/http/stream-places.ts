import type { FastifyReply } from 'fastify'
import { networkOf } from '#shared/lib/address-blocks.ts'
import { AppError, unavailable } from './app-error.ts'
import { createPlaces, type Places } from './places.ts'

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

/** Who may listen how often at once. */
export function givePlaces({ streamsMax, perAccountMax, perAddressMax }: StreamPlaceLimits) {
  const kinds = new Map<string, Places>()
  return ({ raw, request }: FastifyReply, { kind, account }: StreamClaim): void => {
    const places = kinds.get(kind) ?? createPlaces(streamsMax, tooManyStreams)
    kinds.set(kind, places)
    const claims = [
      { key: `account ${account}`, max: perAccountMax, refusal: tooManyOf('This account') },
      { key: `address ${networkOf(request.ip)}`, max: perAddressMax, refusal: tooManyOf('This address') },
    ]
    places.take(raw, account === undefined ? [] : claims.filter(({ max }) => max > 0))
  }
}
