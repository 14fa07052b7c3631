import { ordinal } from '#web/lib/format.ts'

/** The values of the recurrence form; `toRule` turns them into an RRULE. */
export type Repeat = {
  freq: 'never' | 'daily' | 'weekly' | 'monthly'
  interval: number
  /** In addition to the weekday of the start, which is always included. */
  weekdays: Weekday[]
  /** Every month on the same date, or on the same weekday of the month. */
  monthly: 'date' | 'weekday'
  ends: 'count' | 'until'
  count: number
  /** A day, `2026-12-31`. */
  until: string
}

export const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const
export type Weekday = (typeof WEEKDAYS)[number]

const NAMES = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const UNITS = { daily: 'day', weekly: 'week', monthly: 'month' } as const
const NTH = ['first', 'second', 'third', 'fourth']

export const NEVER: Repeat = {
  freq: 'never',
  interval: 1,
  weekdays: [],
  monthly: 'date',
  ends: 'count',
  count: 8,
  until: '',
}

/** An RRULE, or null for an event that does not repeat. `start` is local time, `2026-11-25T07:00`. */
export function toRule(repeat: Repeat, start: string): string | null {
  const { freq, interval, monthly, ends, count, until } = repeat
  if (freq === 'never') return null
  const parts = [
    `FREQ=${freq.toUpperCase()}`,
    interval > 1 && `INTERVAL=${interval}`,
    freq === 'weekly' && `BYDAY=${daysOf(repeat, start).join(',')}`,
    freq === 'monthly' && monthly === 'weekday' && `BYDAY=${nthOf(start)}${weekdayOf(start)}`,
    ends === 'count' ? `COUNT=${count}` : `UNTIL=${until.replaceAll('-', '')}`,
  ]
  return parts.filter(Boolean).join(';')
}

/** `Every 2 weeks on Tuesday and Thursday, 8 times` */
export function repeatInWords(repeat: Repeat, start: string): string {
  const { freq, interval, monthly, ends, count, until } = repeat
  if (freq === 'never') return 'Once'
  const every = interval === 1 ? `Every ${UNITS[freq]}` : `Every ${interval} ${UNITS[freq]}s`
  const on =
    freq === 'weekly'
      ? ` on ${listed(daysOf(repeat, start).map(nameOf))}`
      : freq === 'monthly'
        ? ` on the ${monthly === 'date' ? dateInWords(start) : nthInWords(start)}`
        : ''
  const end =
    ends === 'count' ? `${count} ${count === 1 ? 'time' : 'times'}` : until && `until ${dayInWords(until)}`
  return [`${every}${on}`, end].filter(Boolean).join(', ')
}

/** An error message, or undefined when the rule is complete. */
export function repeatFault({ freq, interval, ends, count, until }: Repeat, start: string) {
  if (freq === 'never') return undefined
  if (!isWhole(interval)) return 'Enter how often: every 1, 2, 3…'
  if (ends === 'count' && !isWhole(count)) return 'Enter how many times, from 1 to 366.'
  if (ends === 'until' && until === '') return 'Enter the last day.'
  if (ends === 'until' && until < start.slice(0, 10)) return 'The last day is before the first.'
  return undefined
}

export const nthInWords = (start: string) => `${NTH[nthOf(start) - 1] ?? 'last'} ${nameOf(weekdayOf(start))}`

export const dateInWords = (start: string) => ordinal(Number(start.slice(8, 10)))

export function weekdayOf(start: string): Weekday {
  const sundayFirst = new Date(`${start.slice(0, 10)}T00:00:00Z`).getUTCDay()
  return WEEKDAYS[(sundayFirst + 6) % 7] ?? 'MO'
}

export const nameOf = (day: Weekday): string => NAMES[WEEKDAYS.indexOf(day)] ?? ''

const daysOf = ({ weekdays }: Repeat, start: string) =>
  WEEKDAYS.filter((day) => weekdays.includes(day) || day === weekdayOf(start))

/** 1 to 4 for the first to fourth weekday of the month, -1 for the last: not every month has a fifth. */
function nthOf(start: string): number {
  const nth = Math.ceil(Number(start.slice(8, 10)) / 7)
  return nth === 5 ? -1 : nth
}

const listed = (names: string[]) =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

const dayInWords = (day: string) =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  )

const isWhole = (n: number) => Number.isInteger(n) && n >= 1 && n <= 366
