import { Temporal } from 'temporal-polyfill'

/** The name as IANA writes it, whatever its case; undefined when there is no such zone. Plain offsets are none. */
export function readTimeZone(name: string): string | undefined {
  if (!/^[a-z]/i.test(name)) return undefined
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId
  } catch {
    return undefined
  }
}
