import { Temporal } from 'temporal-polyfill'

/** Local time without a zone. */
export type WallTime = Temporal.PlainDateTime

/** The IANA name of a time zone, given in any case; undefined when there is no such zone. Plain offsets are not accepted. */
export function readTimeZone(name: string): string | undefined {
  if (!/^[a-z]/i.test(name)) return undefined
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId
  } catch {
    return undefined
  }
}

/** Parses `2026-01-15T07:00`. Throws a RangeError for anything else. */
export const parseWallTime = (text: string): WallTime => Temporal.PlainDateTime.from(text)

export function toWallTime(at: Date, timezone: string): WallTime {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timezone).toPlainDateTime()
}

/** `YYYY-MM-DD HH:MM` by the clocks of the zone, which spreadsheets take for a time. */
export function toLocalText(at: Date, timezone: string): string {
  return toWallTime(at, timezone).toString({ smallestUnit: 'minute' }).replace('T', ' ')
}

/** The local time with its offset: `2026-01-15T07:00:00+01:00`. */
export function toOffsetTime(at: Date, timezone: string): string {
  const zoned = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timezone)
  return zoned.toString({ timeZoneName: 'never', smallestUnit: 'second' })
}

/**
 * The instant of a local time. One that is skipped in spring is moved forward by the length of the gap; of one that occurs
 * twice in autumn it is the first.
 */
export function fromWallTime(wall: WallTime, timezone: string): Date {
  return new Date(wall.toZonedDateTime(timezone, { disambiguation: 'compatible' }).epochMilliseconds)
}

/** The end of an event by local time, counted from the real start, which may have been moved out of a gap. */
export function endAfter(start: Date, length: Temporal.Duration, timezone: string): Date {
  return fromWallTime(toWallTime(start, timezone).add(length), timezone)
}

export function wallTimeBetween(from: WallTime, to: WallTime): Temporal.Duration {
  return from.until(to, { largestUnit: 'hours' })
}
