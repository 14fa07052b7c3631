import { Temporal } from 'temporal-polyfill'

/** Local time in a time zone, as a `datetime-local` field has it: `2026-11-25T07:00`. */
export function toWall(at: Date, zone: string): string {
  const wall = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone).toPlainDateTime()
  return wall.toString({ smallestUnit: 'minute' })
}

/** The moment of a local time. One that daylight saving skips is moved later by the same amount. */
export function fromWall(wall: string, zone: string): Date {
  return new Date(Temporal.PlainDateTime.from(wall).toZonedDateTime(zone).epochMilliseconds)
}

/**
 * The moment of the local time of an end. Of one that clocks show twice, the first that lies after the start; before the start when
 * neither does.
 */
export function endFromWall(wall: string, zone: string, start: Date): Date {
  const first = fromWall(wall, zone)
  const second = Temporal.PlainDateTime.from(wall).toZonedDateTime(zone, { disambiguation: 'later' })
  return first <= start ? new Date(second.epochMilliseconds) : first
}

/** The same local time, some days later. */
export function daysLater(wall: string, days: number): string {
  return Temporal.PlainDateTime.from(wall).add({ days }).toString({ smallestUnit: 'minute' })
}

/** The end that keeps the duration when the start moves. */
export function endAfterMove(start: string, end: string, moved: string): string {
  const length = Temporal.PlainDateTime.from(start).until(Temporal.PlainDateTime.from(end))
  return Temporal.PlainDateTime.from(moved).add(length).toString({ smallestUnit: 'minute' })
}

/** Whether a field holds a complete date and time. */
export function isWall(text: string): boolean {
  try {
    return /T/.test(text) && Temporal.PlainDateTime.from(text) !== undefined
  } catch {
    return false
  }
}
