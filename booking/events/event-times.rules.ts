/**
 * Returns when an event is, on the clock where it is at home and with the names of its zone:
 * `Friday, 4 December 2026, 18:00–19:30 (Central European Standard Time, Europe/Berlin)`.
 */
export const eventTimes = (event: EventTimes): string => `${localTimes(event)} (${eventZone(event)})`

/** The same without the zone. */
export function localTimes({ start_datetime, end_datetime, timezone }: EventTimes): string {
  const zone = zoneOf(timezone)
  const dayOf = (at: Date) => format(at, zone, DAY)
  const clockOf = (at: Date) => format(at, zone, CLOCK)
  // Midnight is the end of the evening before.
  const isOneDay = dayOf(start_datetime) === dayOf(new Date(end_datetime.getTime() - 1))
  return isOneDay
    ? `${dayOf(start_datetime)}, ${clockOf(start_datetime)}–${clockOf(end_datetime)}`
    : `${dayOf(start_datetime)}, ${clockOf(start_datetime)} – ${dayOf(end_datetime)}, ${clockOf(end_datetime)}`
}

/** The names of the zone: `Central European Standard Time, Europe/Berlin`. */
export function eventZone({ start_datetime, end_datetime, timezone }: EventTimes): string {
  const zone = zoneOf(timezone)
  const [starts, ends] = [zoneName(start_datetime, zone), zoneName(end_datetime, zone)]
  const names = starts === ends ? starts : `${starts}, after the change of clocks ${ends}`
  return [names, zone].filter((name, i, all) => all.indexOf(name) === i).join(', ')
}

/** Returns day and time for a subject: `Fri, 4 Dec, 18:00`. */
export function shortStart({ start_datetime, timezone }: EventTimes): string {
  const zone = zoneOf(timezone)
  return `${format(start_datetime, zone, SHORT_DAY)}, ${format(start_datetime, zone, CLOCK)}`
}

/** Returns a moment on the clock of a zone: `Thursday, 3 December 2026, 18:00`. */
export function clockTime(at: Date, timezone: string): string {
  const zone = zoneOf(timezone)
  return `${format(at, zone, DAY)}, ${format(at, zone, CLOCK)}`
}

export type EventTimes = { start_datetime: Date; end_datetime: Date; timezone: string }

const DAY = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' } as const
const SHORT_DAY = { weekday: 'short', day: 'numeric', month: 'short' } as const
const CLOCK = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const

function format(at: Date, timeZone: string, options: Intl.DateTimeFormatOptions): string {
  // The comma after the weekday differs between releases of ICU.
  return new Intl.DateTimeFormat('en-GB', { ...options, timeZone })
    .format(at)
    .replace(/^(\p{L}+),? /u, '$1, ')
}

function zoneName(at: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'long' }).formatToParts(at)
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone
}

/** A zone that this Node does not know is not worth losing a mail. */
function zoneOf(timezone: string): string {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: timezone })
    return timezone
  } catch {
    return 'UTC'
  }
}
