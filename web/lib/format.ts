/** Formats of times, prices and counts. Times are in the reader's time zone unless another is given. */

/** With `now`, days of another year are written with their year. */
export type Zoned = { zone?: string | undefined; now?: Date | undefined }

/** The app is in English, so dates follow the reader's variant of English. */
const language = () => {
  const preferred = globalThis.navigator?.language ?? ''
  return preferred.startsWith('en') && isLanguageTag(preferred) ? preferred : 'en-GB'
}

/** Some browsers name a locale of the system, such as `en-US@posix`, at which `Intl` throws. */
function isLanguageTag(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length > 0
  } catch {
    return false
  }
}

/** Whose clock the times on a page are by, as a sentence with the reader's zone: `America/New York`. */
export const clocksInWords = () =>
  `Times at a place are local; online events are in your time zone, ${readersZone().replaceAll('_', ' ')}.`

export const readersZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone

const formats = new Map<string, Intl.DateTimeFormat>()

/** Kept: making one takes longer than writing a hundred dates, and a list has hundreds. */
function formatFor(
  locale: string,
  options: Intl.DateTimeFormatOptions,
  { zone }: Zoned,
): Intl.DateTimeFormat {
  const key = JSON.stringify([options, zone, locale])
  const known = formats.get(key)
  const format = known ?? new Intl.DateTimeFormat(locale, { ...options, ...(zone && { timeZone: zone }) })
  if (!known) formats.set(key, format)
  return format
}

const write = (at: Date, options: Intl.DateTimeFormatOptions, zoned: Zoned): string =>
  formatFor(language(), options, zoned).format(at)

/** `Wed 25 Nov` */
export const shortDay = (at: Date, zoned: Zoned = {}) =>
  write(at, { weekday: 'short', day: 'numeric', month: 'short', ...yearOf(at, zoned) }, zoned)

/** `Wednesday 25 November`, with the year when it is not this one. */
export const longDay = (at: Date, now: Date, zoned: Zoned = {}) =>
  write(at, { weekday: 'long', day: 'numeric', month: 'long', ...yearOf(at, { ...zoned, now }) }, zoned)

function yearOf(at: Date, zoned: Zoned): Intl.DateTimeFormatOptions {
  const year = (each: Date) => write(each, { year: 'numeric' }, zoned)
  return zoned.now && year(at) !== year(zoned.now) ? { year: 'numeric' } : {}
}

/** `February 2027` for `2027-02` */
export const longMonth = (month: string) =>
  write(new Date(`${month}-01T00:00:00Z`), { month: 'long', year: 'numeric' }, { zone: 'UTC' })

export const clockTime = (at: Date, zoned: Zoned = {}) => write(at, { timeStyle: 'short' }, zoned)

/** `Wed` */
export const weekdayName = (at: Date, zoned: Zoned = {}) => write(at, { weekday: 'short' }, zoned)

/** `November` */
export const monthName = (at: Date, zoned: Zoned = {}) => write(at, { month: 'long' }, zoned)

/** `CET`, or `GMT+1` where the zone has no short name. */
export function zoneName(at: Date, zoned: Zoned = {}): string {
  const parts = formatFor(language(), { timeZoneName: 'short' }, zoned).formatToParts(at)
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
}

/** Whether it begins and ends on one day there. What ends at midnight ends on the day before. */
export const isOneDay = (start: Date, end: Date, zoned: Zoned = {}) =>
  dayKey(start, zoned) === dayKey(lastMomentOf(end), zoned)

/** Of what is over then: at midnight, the day before. */
export const lastMomentOf = (end: Date) => new Date(end.getTime() - 1)

/**
 * `07:00–08:00 CET`; with both days when it ends on another day, and with both names of the zone when clocks change in between:
 * `00:00 CEST – 06:00 CET`.
 */
export function timeRange(start: Date, end: Date, zoned: Zoned = {}): string {
  const [first, last] = [zoneName(start, zoned), zoneName(end, zoned)]
  const begin = first === last ? clockTime(start, zoned) : `${clockTime(start, zoned)} ${first}`
  const over = `${clockTime(end, zoned)} ${last}`
  if (isOneDay(start, end, zoned)) return begin + (first === last ? '–' : ' – ') + over
  const until =
    hourOfDay(end, zoned) === 0
      ? `${shortDay(lastMomentOf(end), zoned)}, midnight ${last}`
      : `${shortDay(end, zoned)}, ${over}`
  return `${shortDay(start, zoned)}, ${begin} – ${until}`
}

/** `2026-11-25` */
export const dayKey = (at: Date, zoned: Zoned = {}): string =>
  formatFor('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit' }, zoned).format(at)

/** The hour of the day from 0 to 24, with minutes as its fraction. */
export function hourOfDay(at: Date, zoned: Zoned = {}): number {
  const options = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  const [hours = '0', minutes = '0'] = formatFor('en-GB', options, zoned).format(at).split(':')
  return Number(hours) + Number(minutes) / 60
}

/** `Today`, `Tomorrow` or undefined. */
export function nearDay(at: Date, now: Date, zoned: Zoned = {}): 'Today' | 'Tomorrow' | undefined {
  return nearDayOf(dayKey(at, zoned), now, zoned)
}

/** The same for a day such as `2026-11-25`. */
export function nearDayOf(day: string, now: Date, zoned: Zoned = {}): 'Today' | 'Tomorrow' | undefined {
  const today = dayKey(now, zoned)
  if (day === today) return 'Today'
  return day === plusDays(today, 1) ? 'Tomorrow' : undefined
}

/** `2026-12-01` for `2026-11-30` and 1. */
export const plusDays = (day: string, days: number) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

/** `2027-01` for `2026-12` and 1. */
export function plusMonths(month: string, months: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number - 1 + months, 1)).toISOString().slice(0, 7)
}

/** `Today`, `Tomorrow` or `Wed 25 Nov` */
export const nearOrShortDay = (at: Date, now: Date, zoned: Zoned = {}) =>
  nearDay(at, now, zoned) ?? shortDay(at, { ...zoned, now })

/** `Wed 25 Nov, 07:00–08:00 CET`; the range of several days includes them already. */
export const whenInWords = (start: Date, end: Date, zoned: Zoned = {}) =>
  isOneDay(start, end, zoned)
    ? `${shortDay(start, zoned)}, ${timeRange(start, end, zoned)}`
    : timeRange(start, end, zoned)

/** `60 min`, `1 h 15 min`; from a whole day on, the days it takes place on: `3 days` from Friday evening to Sunday. */
export function duration(start: Date, end: Date, zoned: Zoned = {}): string {
  const minutes = Math.round((end.getTime() - start.getTime()) / 60_000)
  const isWholeDay = hourOfDay(start, zoned) === 0 && hourOfDay(end, zoned) === 0
  if (minutes >= 24 * 60 || isWholeDay) return count(daysTouched(start, end, zoned), 'day')
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  if (hours === 0 || minutes === 60) return `${minutes} min`
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`
}

function daysTouched(start: Date, end: Date, zoned: Zoned): number {
  const day = (at: Date) => Date.parse(dayKey(at, zoned))
  return (day(lastMomentOf(end)) - day(start)) / 86_400_000 + 1
}

export function price(amount: number, currency: string): string {
  if (amount === 0) return 'Free'
  return new Intl.NumberFormat(language(), {
    style: 'currency',
    currency,
    ...(Number.isInteger(amount) && { minimumFractionDigits: 0 }),
  }).format(amount)
}

/** `1 seat`, `2 seats` */
export const count = (n: number, noun: string, plural = `${noun}s`) => `${n} ${n === 1 ? noun : plural}`

/** `45 s`, `12 min`, `3 h`, `2 days` */
export function ageInWords(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`
  if (seconds < 3_600) return `${Math.round(seconds / 60)} min`
  if (seconds < 2 * 86_400) return `${Math.round(seconds / 3_600)} h`
  return `${Math.round(seconds / 86_400)} days`
}

/** `1st`, `2nd`, `3rd`, `11th` */
export function ordinal(n: number): string {
  const endings: Record<string, string> = { one: 'st', two: 'nd', few: 'rd', other: 'th' }
  return `${n}${endings[new Intl.PluralRules('en', { type: 'ordinal' }).select(n)]}`
}

/** `next`, `2nd`, `3rd` in line */
export const placeInLine = (position: number) => (position === 1 ? 'next' : ordinal(position))

/** `07:00 CET` */
export const timeOfDay = (at: Date, zoned: Zoned = {}) => `${clockTime(at, zoned)} ${zoneName(at, zoned)}`
