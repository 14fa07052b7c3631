import { Temporal } from 'temporal-polyfill'

/** What a clock on the wall of the zone shows at that time, as a field for day and time has it: `2026-11-25T07:00`. */
export function toWall(at: Date, zone: string): string {
  const wall = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone).toPlainDateTime()
  return wall.toString({ smallestUnit: 'minute' })
}

/** The moment at which it shows that; one that is skipped in spring is as much later. */
export function fromWall(wall: string, zone: string): Date {
  return new Date(Temporal.PlainDateTime.from(wall).toZonedDateTime(zone).epochMilliseconds)
}

/** The same time of the clock, so many days later. */
export function daysLater(wall: string, days: number): string {
  return Temporal.PlainDateTime.from(wall).add({ days }).toString({ smallestUnit: 'minute' })
}

/** An end that keeps its distance from a start that moves. */
export function endAfterMove(start: string, end: string, moved: string): string {
  const length = Temporal.PlainDateTime.from(start).until(Temporal.PlainDateTime.from(end))
  return Temporal.PlainDateTime.from(moved).add(length).toString({ smallestUnit: 'minute' })
}

/** Whether a field holds a day and a time yet. */
export function isWall(text: string): boolean {
  try {
    return /T/.test(text) && Temporal.PlainDateTime.from(text) !== undefined
  } catch {
    return false
  }
}
