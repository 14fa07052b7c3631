import type { PublicEvent } from '#booking/events/event.schema.ts'
import { localTimes } from '#booking/events/event-times.rules.ts'
import { shorten } from '#shared/lib/shorten.ts'
import { toOffsetTime } from '#shared/lib/wall-time.ts'
import { fromWireTime } from '#shared/lib/wire-time.ts'

/** What a page says of an event, in words. */
export const wordsOf = (event: PublicEvent, currency: string) => ({
  when: whenOf(event),
  where: whereOf(event),
  price: priceOf(event, currency),
  seats: seatsOf(event),
})

/** `Thursday, 14 January 2027, 18:00–19:30 (Europe/Berlin)` */
function whenOf({ start_datetime, end_datetime, timezone }: PublicEvent): string {
  const [start, end] = [fromWireTime(start_datetime), fromWireTime(end_datetime)]
  return `${localTimes({ start_datetime: start, end_datetime: end, timezone })} (${timezone})`
}

function whereOf({ location, is_online }: PublicEvent): string {
  if (location) return is_online ? `${location}, and online` : location
  return is_online ? 'Online' : 'To be announced'
}

/** As the web app writes it. */
function priceOf({ price }: PublicEvent, currency: string): string {
  if (price === 0) return 'Free'
  return new Intl.NumberFormat('en-GB', {
    style: 'currency',
    currency,
    ...(Number.isInteger(price) && { minimumFractionDigits: 0 }),
  }).format(price)
}

function seatsOf({ status, is_full, available_spots }: PublicEvent): string {
  if (status === 'CANCELLED') return 'Cancelled'
  if (status === 'COMPLETED') return 'Over'
  if (is_full) return 'Full: there is a waiting list'
  return available_spots === 1 ? '1 seat left' : `${available_spots} seats left`
}

/** The time on the clock of the event's zone, with its offset: `2027-01-14T18:00:00+01:00`. */
export const localTime = (wireTime: string, { timezone }: PublicEvent): string =>
  toOffsetTime(fromWireTime(wireTime), timezone)

const SUMMARY_MAX = 200

/** What search results and previews show of a text. */
export const summarise = (text: string): string => shorten(text, SUMMARY_MAX)
