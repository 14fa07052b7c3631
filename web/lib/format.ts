/** Formats of times, prices and counts. Times are in the reader's time zone unless another is given. */

type Zoned = { zone?: string | undefined }

const language = () => {
  const preferred = globalThis.navigator?.language ?? ''
  // The app is in English, so dates follow the reader's variant of English.
  return preferred.startsWith('en') ? preferred : 'en-GB'
}

/** For people: `New York`, `UTC` */
export const zoneInWords = () => (readersZone().split('/').at(-1) ?? '').replaceAll('_', ' ')

export const readersZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone

const formats = new Map<string, Intl.DateTimeFormat>()

function write(at: Date, options: Intl.DateTimeFormatOptions, { zone }: Zoned): string {
  const key = JSON.stringify([options, zone, language()])
  const known = formats.get(key)
  const format = known ?? new Intl.DateTimeFormat(language(), { ...options, ...(zone && { timeZone: zone }) })
  if (!known) formats.set(key, format)
  return format.format(at)
}

/** `Wed 25 Nov` */
export const shortDay = (at: Date, zoned: Zoned = {}) =>
  write(at, { weekday: 'short', day: 'numeric', month: 'short' }, zoned)

/** `Wednesday 25 November`, with the year when it is not this one. */
export function longDay(at: Date, now: Date, zoned: Zoned = {}): string {
  const isThisYear = write(at, { year: 'numeric' }, zoned) === write(now, { year: 'numeric' }, zoned)
  return write(
    at,
    { weekday: 'long', day: 'numeric', month: 'long', ...(!isThisYear && { year: 'numeric' }) },
    zoned,
  )
}

export const clockTime = (at: Date, zoned: Zoned = {}) => write(at, { timeStyle: 'short' }, zoned)

/** `CET`, or `GMT+1` where the zone has no short name. */
function zoneName(at: Date, { zone }: Zoned = {}): string {
  const parts = new Intl.DateTimeFormat(language(), {
    timeZoneName: 'short',
    ...(zone && { timeZone: zone }),
  }).formatToParts(at)
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
}

/** `07:00–08:00 CET`; with both days when it ends on another day. */
export function timeRange(start: Date, end: Date, zoned: Zoned = {}): string {
  const name = zoneName(start, zoned)
  if (dayKey(start, zoned) === dayKey(end, zoned))
    return `${clockTime(start, zoned)}–${clockTime(end, zoned)} ${name}`
  return `${shortDay(start, zoned)}, ${clockTime(start, zoned)} – ${shortDay(end, zoned)}, ${clockTime(end, zoned)} ${name}`
}

/** `2026-11-25` */
export function dayKey(at: Date, { zone }: Zoned = {}): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    ...(zone && { timeZone: zone }),
  })
  return parts.format(at)
}

/** The hour of the day from 0 to 24, with minutes as its fraction. */
export function hourOfDay(at: Date, { zone }: Zoned = {}): number {
  const [hours = '0', minutes = '0'] = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(zone && { timeZone: zone }),
  })
    .format(at)
    .split(':')
  return Number(hours) + Number(minutes) / 60
}

/** `Today`, `Tomorrow` or undefined. */
export function nearDay(at: Date, now: Date, zoned: Zoned = {}): 'Today' | 'Tomorrow' | undefined {
  const key = dayKey(at, zoned)
  if (key === dayKey(now, zoned)) return 'Today'
  return key === dayKey(new Date(now.getTime() + 86_400_000), zoned) ? 'Tomorrow' : undefined
}

/** `Today`, `Tomorrow` or `Wed 25 Nov` */
export const nearOrShortDay = (at: Date, now: Date) => nearDay(at, now) ?? shortDay(at)

/** `Wed 25 Nov, 07:00–08:00 CET`; a retreat's range includes its days already. */
export const whenInWords = (start: Date, end: Date, isRetreat: boolean) =>
  isRetreat ? timeRange(start, end) : `${shortDay(start)}, ${timeRange(start, end)}`

/** `60 min`, `1 h 15 min`, `2 days` */
export function duration(start: Date, end: Date): string {
  const minutes = Math.round((end.getTime() - start.getTime()) / 60_000)
  if (minutes >= 24 * 60) {
    const days = Math.round(minutes / (24 * 60))
    return days === 1 ? '1 day' : `${days} days`
  }
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  if (hours === 0 || minutes === 60) return `${minutes} min`
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`
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

/** `1st`, `2nd`, `3rd`, `11th` */
export function ordinal(n: number): string {
  const endings: Record<string, string> = { one: 'st', two: 'nd', few: 'rd', other: 'th' }
  return `${n}${endings[new Intl.PluralRules('en', { type: 'ordinal' }).select(n)]}`
}

/** `next`, `2nd`, `3rd` in line */
export const placeInLine = (position: number) => (position === 1 ? 'next' : ordinal(position))

/** `07:00 CET` */
export const timeOfDay = (at: Date, zoned: Zoned = {}) => `${clockTime(at, zoned)} ${zoneName(at, zoned)}`
