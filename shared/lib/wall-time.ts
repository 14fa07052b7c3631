import { Temporal } from 'temporal-polyfill'

/** What the clock on the wall of some zone shows. */
export type WallTime = Temporal.PlainDateTime

/** The name as IANA writes it, whatever its case; undefined when there is no such zone. Plain offsets are none. */
export function readTimeZone(name: string): string | undefined {
  if (!/^[a-z]/i.test(name)) return undefined
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId
  } catch {
    return undefined
  }
}

/** Such as `2026-01-15T07:00`. */
export const parseWallTime = (text: string): WallTime => Temporal.PlainDateTime.from(text)

export function toWallTime(at: Date, timezone: string): WallTime {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timezone).toPlainDateTime()
}

/**
 * When the clocks there show that time. A time that they skip in spring is moved forward by as much as they skip;
 * one that they show twice in autumn is the first of the two.
 */
export function fromWallTime(wall: WallTime, timezone: string): Date {
  return new Date(wall.toZonedDateTime(timezone, { disambiguation: 'compatible' }).epochMilliseconds)
}

/** An end so long after the start as clocks there count; the start may itself have been moved forward. */
export function endAfter(start: Date, length: Temporal.Duration, timezone: string): Date {
  return fromWallTime(toWallTime(start, timezone).add(length), timezone)
}

export function wallTimeBetween(from: WallTime, to: WallTime): Temporal.Duration {
  return from.until(to, { largestUnit: 'hours' })
}
