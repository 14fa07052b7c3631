import { ordinal, plusDays, plusMonths } from '#web/lib/format.ts'

/** The values of the recurrence form; `toRule` turns them into an RRULE. */
export type Repeat = {
  freq: 'never' | 'daily' | 'weekly' | 'monthly'
  interval: number
  /** In addition to the weekday of the start, which is always included. */
  weekdays: Weekday[]
  monthly: Monthly
  ends: 'count' | 'until'
  count: number
  /** A day, `2026-12-31`. */
  until: string
}

/**
 * Every month on the same date, on its last day, on the same weekday counted from its beginning, or on the last such weekday.
 * Only what holds on the day of the start can be chosen: see `monthlyChoices`.
 */
export type Monthly = 'date' | 'last-day' | 'weekday' | 'last-weekday'

export const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const
export type Weekday = (typeof WEEKDAYS)[number]

const NAMES = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const UNITS = { daily: 'day', weekly: 'week', monthly: 'month' } as const
const NTH = ['first', 'second', 'third', 'fourth', 'fifth']

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
  const { freq, interval, ends, count, until } = repeat
  if (freq === 'never') return null
  const parts = [
    `FREQ=${freq.toUpperCase()}`,
    interval > 1 && `INTERVAL=${interval}`,
    freq === 'weekly' && `BYDAY=${daysOf(repeat, start).join(',')}`,
    freq === 'monthly' && MONTHLY_PARTS[monthlyOf(repeat, start)](start),
    ends === 'count' ? `COUNT=${count}` : `UNTIL=${until.replaceAll('-', '')}`,
  ]
  return parts.filter(Boolean).join(';')
}

const MONTHLY_PARTS: Record<Monthly, (start: string) => string> = {
  date: () => '',
  'last-day': () => 'BYMONTHDAY=-1',
  weekday: (start) => `BYDAY=${nthOf(start)}${weekdayOf(start)}`,
  'last-weekday': (start) => `BYDAY=-1${weekdayOf(start)}`,
}

/** What a monthly recurrence can be on, so that the day of the start belongs to it. */
export function monthlyChoices(start: string): { value: Monthly; label: string }[] {
  const rest = daysInMonth(start.slice(0, 7)) - dateOf(start)
  const weekday = nameOf(weekdayOf(start))
  return [
    { value: 'date', label: `The ${ordinal(dateOf(start))} of the month` },
    ...(rest === 0 ? [{ value: 'last-day' as const, label: 'The last day of the month' }] : []),
    ...(nthOf(start) < 5
      ? [{ value: 'weekday' as const, label: `The ${NTH[nthOf(start) - 1]} ${weekday}` }]
      : []),
    ...(rest < 7 ? [{ value: 'last-weekday' as const, label: `The last ${weekday}` }] : []),
  ]
}

/** What was chosen, or what comes nearest to it since the start was moved. */
export function monthlyOf({ monthly }: Repeat, start: string): Monthly {
  const values = monthlyChoices(start).map(({ value }) => value)
  if (values.includes(monthly)) return monthly
  if (monthly === 'last-day') return 'date'
  return values.includes('weekday') ? 'weekday' : 'last-weekday'
}

/** `Every 2 weeks on Tuesday and Thursday, 8 times` */
export function repeatInWords(repeat: Repeat, start: string): string {
  const { freq, interval, ends, count, until } = repeat
  if (freq === 'never') return 'Once'
  const every = interval === 1 ? `Every ${UNITS[freq]}` : `Every ${interval} ${UNITS[freq]}s`
  const on =
    freq === 'weekly'
      ? ` on ${listed(daysOf(repeat, start).map(nameOf))}`
      : freq === 'monthly'
        ? ` on ${monthlyInWords(repeat, start)}`
        : ''
  const end =
    ends === 'count' ? `${count} ${count === 1 ? 'time' : 'times'}` : until && `until ${dayInWords(until)}`
  return [`${every}${on}`, end].filter(Boolean).join(', ')
}

/**
 * The days of a complete recurrence as the API makes them, at most 366, and the months that it skips because they have no such date.
 * Days are those of the event's time zone.
 */
export function datesOf(repeat: Repeat, start: string): { days: string[]; skipped: string[] } {
  const [days, skipped]: [string[], string[]] = [[], []]
  const last = repeat.ends === 'until' ? repeat.until : '2199-12-31'
  const most = repeat.ends === 'count' ? Math.min(repeat.count, OCCURRENCES_MAX) : OCCURRENCES_MAX
  for (const day of candidatesOf(repeat, start.slice(0, 10))) {
    if (days.length === most || day.slice(0, 7) > last.slice(0, 7)) break
    if (day.length === MONTH_LENGTH) skipped.push(day)
    else if (day <= last) days.push(day)
    else break
  }
  return { days, skipped }
}

/** Without end: every day of the recurrence from the first on, and the month, `2027-02`, of one that does not exist. */
function* candidatesOf(repeat: Repeat, first: string): Generator<string> {
  const { freq, interval } = repeat
  if (freq === 'never') return
  if (freq === 'monthly') {
    for (let i = 0; ; i += interval)
      yield inMonth(monthlyOf(repeat, first), first, plusMonths(first.slice(0, 7), i))
  }
  if (freq === 'daily') {
    for (let i = 0; ; i += interval) yield plusDays(first, i)
  }
  const monday = plusDays(first, -WEEKDAYS.indexOf(weekdayOf(first)))
  const weekdays = daysOf(repeat, first).map((day) => WEEKDAYS.indexOf(day))
  for (let week = 0; ; week += interval)
    yield* weekdays.map((weekday) => plusDays(monday, 7 * week + weekday)).filter((day) => day >= first)
}

function inMonth(monthly: Monthly, first: string, month: string): string {
  const length = daysInMonth(month)
  const on = (date: number) => (date > length ? month : `${month}-${String(date).padStart(2, '0')}`)
  if (monthly === 'date') return on(dateOf(first))
  if (monthly === 'last-day') return on(length)
  const weekday = weekdayOf(first)
  const dates = Array.from({ length }, (_, i) => i + 1).filter((date) => weekdayOf(on(date)) === weekday)
  return on((monthly === 'weekday' ? dates[nthOf(first) - 1] : dates.at(-1)) ?? length + 1)
}

const OCCURRENCES_MAX = 366
const MONTH_LENGTH = '2027-02'.length

/** An error message, or undefined when the rule is complete. */
export function repeatFault({ freq, interval, ends, count, until }: Repeat, start: string) {
  if (freq === 'never') return undefined
  if (!isWhole(interval)) return 'Enter how often: every 1, 2, 3…'
  if (ends === 'count' && !isWhole(count)) return 'Enter how many times, from 1 to 366.'
  if (ends === 'until' && until === '') return 'Enter the last day.'
  if (ends === 'until' && until < start.slice(0, 10)) return 'The last day is before the first.'
  return undefined
}

export function weekdayOf(start: string): Weekday {
  const sundayFirst = new Date(`${start.slice(0, 10)}T00:00:00Z`).getUTCDay()
  return WEEKDAYS[(sundayFirst + 6) % 7] ?? 'MO'
}

export const nameOf = (day: Weekday): string => NAMES[WEEKDAYS.indexOf(day)] ?? ''

const daysOf = ({ weekdays }: Repeat, start: string) =>
  WEEKDAYS.filter((day) => weekdays.includes(day) || day === weekdayOf(start))

/** 1 for the first such weekday of the month, to 5. */
const nthOf = (day: string) => Math.ceil(dateOf(day) / 7)

const dateOf = (day: string) => Number(day.slice(8, 10))

const daysInMonth = (month: string) => {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number, 0)).getUTCDate()
}

function monthlyInWords(repeat: Repeat, start: string): string {
  const chosen = monthlyOf(repeat, start)
  const label = monthlyChoices(start).find(({ value }) => value === chosen)?.label ?? ''
  const words = label.charAt(0).toLowerCase() + label.slice(1)
  return chosen === 'date' ? words.replace(' of the month', '') : words
}

const listed = (names: string[]) =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

const dayInWords = (day: string) =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  )

const isWhole = (n: number) => Number.isInteger(n) && n >= 1 && n <= OCCURRENCES_MAX
