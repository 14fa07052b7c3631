import type { BookingConfig } from '#booking/config.ts'
import { tooManyRequests } from '#shared/errors/app-error.ts'
import { addressBlocks } from '#shared/lib/address-blocks.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { createTokenBuckets, type TokenBuckets } from '#shared/lib/token-buckets.ts'

/**
 * Rate limits per minute and account, for bookings also per address, for requests without an account per address. Each method throws 429 with `Retry-After` in seconds.
 * Counted in memory per process, so that no request waits for a query: n processes allow n times as much (decision 0044).
 */
export type Rates = {
  /** Counts a booking or a waiting list entry. Returns a function that takes the count back if the request fails. */
  booking(userId: number, ip: string): () => void
  /** Counts a request that changes something, or a login. */
  write(userId: number): void
  search(userId: number): void
  /** Counts a request without an account, by address; a search also among the searches of that address. */
  read(ip: string, kind?: { isSearch: boolean }): void
}

type Settings = Pick<
  BookingConfig,
  | 'authRateLimit'
  | 'bookingsPerMinute'
  | 'bookingsPerMinuteAddress'
  | 'writesPerMinute'
  | 'searchesPerMinute'
  | 'publicReadsPerMinute'
>

const tooManyBookings = (seconds: number) =>
  tooManyRequests(seconds, `That was a lot of bookings at once: wait ${seconds} s and try again.`)
const tooManyFromAddress = (seconds: number) =>
  tooManyRequests(
    seconds,
    `Many bookings are being made from your network right now: wait ${seconds} s and try again.`,
  )
const tooManyWrites = (seconds: number) =>
  tooManyRequests(seconds, `That was a lot at once: wait ${seconds} s and try again.`)
const tooManySearches = (seconds: number) =>
  tooManyRequests(seconds, `That was a lot of searches at once: wait ${seconds} s and try again.`)

const tooManyReads = (seconds: number) =>
  tooManyRequests(
    seconds,
    `Your network is asking for a lot of pages at once: wait ${seconds} s and try again.`,
  )

export function createRates(settings: Settings, clock: Clock): Rates {
  const buckets = (perMinute: number) => createTokenBuckets(settings.authRateLimit ? perMinute : 0, clock)
  const bookings = buckets(settings.bookingsPerMinute)
  const addresses = buckets(settings.bookingsPerMinuteAddress)
  const writes = buckets(settings.writesPerMinute)
  const searches = buckets(settings.searchesPerMinute)
  const reads = buckets(settings.publicReadsPerMinute)
  const searchesOfStrangers = buckets(settings.searchesPerMinute)
  return {
    booking(userId, ip) {
      const taken: [TokenBuckets, string | number][] = []
      const giveBack = () => {
        for (const [from, key] of taken) from.giveBack(key)
      }
      const take = (
        from: TokenBuckets,
        key: string | number,
        times: number,
        refusal: typeof tooManyBookings,
      ) => {
        const seconds = from.take(key, times)
        if (seconds === 0) return void taken.push([from, key])
        giveBack()
        throw refusal(seconds)
      }
      take(bookings, userId, 1, tooManyBookings)
      for (const { block, times } of addressBlocks(ip)) take(addresses, block, times, tooManyFromAddress)
      return giveBack
    },
    write: (userId) => refuse(writes.take(userId), tooManyWrites),
    search: (userId) => refuse(searches.take(userId), tooManySearches),
    read(ip, kind) {
      for (const { block, times } of addressBlocks(ip)) {
        refuse(reads.take(block, times), tooManyReads)
        if (kind?.isSearch) refuse(searchesOfStrangers.take(block, times), tooManySearches)
      }
    },
  }
}

function refuse(seconds: number, refusal: typeof tooManyWrites): void {
  if (seconds > 0) throw refusal(seconds)
}
