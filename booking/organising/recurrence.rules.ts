import { upperAscii } from '#shared/lib/ascii-case.ts'
import { endAfter, fromWallTime, toWallTime, type WallTime, wallTimeBetween } from '#shared/lib/wall-time.ts'

const OCCURRENCES_MAX = 366
const YEAR_MAX = 2200
const DAY_MS = 86_400_000

export type Times = { start_datetime: Date; end_datetime: Date }

/** The part of an RFC 5545 recurrence that is supported. */
type Recurrence = {
  freq: 'DAILY' | 'WEEKLY' | 'MONTHLY'
  interval: number
  days: Day[]
  /** Of the month, counted from its end when negative; 0 means none is named. */
  monthDay: number
  count: number
  until: string
}

/** `nth` counts within the month, from its end when negative; 0 means every one. */
type Day = { weekday: number; nth: number }

/**
 * Returns the times of a series, the first as given, or the fault of the rule. All begin at the same local time, also when
 * the zone changes its offset (decision 0011). `rule` is the normalised text.
 */
export function occurrencesOf(
  text: string,
  first: Times,
  timezone: string,
): { rule: string; times: Times[] } | { fault: string } {
  const rule = upperAscii(text.trim()).replace(/^RRULE:/, '')
  const recurrence = readRule(rule)
  if ('fault' in recurrence) return recurrence
  const wall = toWallTime(first.start_datetime, timezone)
  const length = wallTimeBetween(wall, toWallTime(first.end_datetime, timezone))
  const times: Times[] = []
  for (const day of daysOf(recurrence, wall)) {
    if (times.length === 0 && day > 0)
      return { fault: `must include the day of start_datetime in ${timezone}` }
    const on = wall.add({ days: day })
    const start_datetime = day === 0 ? first.start_datetime : fromWallTime(on, timezone)
    if (isAfter(recurrence.until, on, start_datetime)) break
    if (times.length === OCCURRENCES_MAX) return { fault: `must make at most ${OCCURRENCES_MAX} events` }
    const end_datetime = day === 0 ? first.end_datetime : endAfter(start_datetime, length, timezone)
    times.push({ start_datetime, end_datetime })
    if (times.length === recurrence.count) return { rule, times }
  }
  if (recurrence.count) return { fault: `must end before the year ${YEAR_MAX}` }
  return times.length > 0 ? { rule, times } : { fault: 'must not have an UNTIL before start_datetime' }
}

const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']
const SUPPORTED = new Set(['FREQ', 'INTERVAL', 'BYDAY', 'BYMONTHDAY', 'COUNT', 'UNTIL'])

function readRule(rule: string): Recurrence | { fault: string } {
  const parts = rule.split(';')
  const fault = findPartFault(parts)
  if (fault) return { fault }
  const values: Record<string, string | undefined> = Object.fromEntries(parts.map((part) => part.split('=')))
  const { FREQ: freq = '', INTERVAL = '1', BYDAY, BYMONTHDAY, COUNT, UNTIL = '' } = values
  if (!isFrequency(freq))
    return { fault: `must have a FREQ of DAILY, WEEKLY or MONTHLY${freq && `, not ${quoted(freq)}`}` }
  const interval = readWhole(INTERVAL)
  if (!interval) return { fault: `must have an INTERVAL from 1 to ${OCCURRENCES_MAX}` }
  const days = BYDAY === undefined ? [] : BYDAY.split(',').map(readDay)
  const isAllowed = (day: Day | undefined): day is Day =>
    day !== undefined && (day.nth === 0 || freq === 'MONTHLY')
  if (!days.every(isAllowed))
    return { fault: 'must have a BYDAY such as MO,TH, or 1MO or -1FR with FREQ=MONTHLY' }
  const monthDay = BYMONTHDAY === undefined ? 0 : readMonthDay(BYMONTHDAY)
  if (monthDay === undefined || (monthDay !== 0 && (freq !== 'MONTHLY' || BYDAY !== undefined)))
    return {
      fault:
        'must have one BYMONTHDAY from 1 to 31, or from -1 for the last day, with FREQ=MONTHLY and without BYDAY',
    }
  if ((COUNT === undefined) === (UNTIL === '')) return { fault: 'must have either a COUNT or an UNTIL' }
  const count = COUNT === undefined ? 0 : readWhole(COUNT)
  if (count === undefined) return { fault: `must have a COUNT from 1 to ${OCCURRENCES_MAX}` }
  if (UNTIL !== '' && !UNTIL_FORM.test(UNTIL))
    return { fault: 'must have an UNTIL such as 20261231 or 20261231T220000Z' }
  return { freq, interval, days, monthDay, count, until: UNTIL }
}

/** Names the first part that is not supported, or that is there twice. */
function findPartFault(parts: string[]): string | undefined {
  const seen = new Set<string>()
  for (const part of parts) {
    const [name = '', ...values] = part.split('=')
    if (!SUPPORTED.has(name) || values.length !== 1) return `${HELP}: ${quoted(part)} is not supported`
    if (seen.has(name)) return `${HELP}: ${quoted(part)} is the second ${name}`
    seen.add(name)
  }
  return undefined
}

const HELP =
  'must be a recurrence such as FREQ=WEEKLY;BYDAY=MO,TH;COUNT=8, of FREQ, INTERVAL, BYDAY, BYMONTHDAY and either COUNT or UNTIL'

const quoted = (part: string) => `"${part.slice(0, 40)}"`

const UNTIL_FORM = /^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3])[0-5]\d[0-5]\dZ?)?$/

const isFrequency = (text: string): text is Recurrence['freq'] =>
  ['DAILY', 'WEEKLY', 'MONTHLY'].includes(text)

function readWhole(text: string): number | undefined {
  const value = /^\d{1,3}$/.test(text) ? Number(text) : 0
  return value >= 1 && value <= OCCURRENCES_MAX ? value : undefined
}

function readDay(text: string): Day | undefined {
  const [, nth = '0', name = ''] = /^([+-]?[1-5])?([A-Z]{2})$/.exec(text) ?? []
  const weekday = WEEKDAYS.indexOf(name)
  return weekday < 0 ? undefined : { weekday, nth: Number(nth) }
}

function readMonthDay(text: string): number | undefined {
  const day = /^[+-]?\d{1,2}$/.test(text) ? Number(text) : 0
  return day !== 0 && Math.abs(day) <= 31 ? day : undefined
}

/**
 * Yields the days of the rule, counted from the first. Day by day, since libraries that search for the next occurrence do
 * not terminate when there is none.
 */
function* daysOf({ freq, interval, days, monthDay }: Recurrence, first: WallTime): Generator<number> {
  const firstMs = Date.UTC(first.year, first.month - 1, first.day)
  const firstDay = new Date(firstMs)
  const sinceMonday = weekdayOf(firstDay)
  for (let day = 0; ; day++) {
    const on = new Date(firstMs + day * DAY_MS)
    if (on.getUTCFullYear() >= YEAR_MAX) return
    const periods = {
      DAILY: day,
      WEEKLY: Math.floor((day + sinceMonday) / 7),
      MONTHLY:
        12 * (on.getUTCFullYear() - firstDay.getUTCFullYear()) + on.getUTCMonth() - firstDay.getUTCMonth(),
    }[freq]
    if (periods % interval !== 0) continue
    if (days.length > 0 ? days.some((each) => isNth(on, each)) : isSameDay(freq, monthDay, firstDay, on))
      yield day
  }
}

/** A rule without BYDAY repeats the first day; months without such a day are skipped. */
function isSameDay(freq: Recurrence['freq'], monthDay: number, first: Date, on: Date): boolean {
  if (freq === 'DAILY') return true
  if (freq === 'WEEKLY') return weekdayOf(on) === weekdayOf(first)
  return on.getUTCDate() === (monthDay < 0 ? daysInMonth(on) + monthDay + 1 : monthDay || first.getUTCDate())
}

function isNth(on: Date, { weekday, nth }: Day): boolean {
  if (weekdayOf(on) !== weekday) return false
  const date = on.getUTCDate()
  return nth === 0 || nth === Math.ceil(date / 7) || nth === -Math.ceil((daysInMonth(on) - date + 1) / 7)
}

const daysInMonth = (on: Date) =>
  new Date(Date.UTC(on.getUTCFullYear(), on.getUTCMonth() + 1, 0)).getUTCDate()

const weekdayOf = (on: Date) => (on.getUTCDay() + 6) % 7

/** UNTIL is a date, a local time, or with Z an instant; it is inclusive. */
function isAfter(until: string, wall: WallTime, at: Date): boolean {
  if (until === '') return false
  const compact = (text: string) => text.replace(/[-:]/g, '')
  const text = until.endsWith('Z') ? at.toISOString().slice(0, 19) : wall.toString({ smallestUnit: 'second' })
  return compact(text).slice(0, until.replace('Z', '').length) > until.replace('Z', '')
}
