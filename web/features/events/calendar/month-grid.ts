import { plusMonths } from '#web/lib/format.ts'

/** Days are written `2026-11-25`, months `2026-11`. */
export type Week = { day: string; isInMonth: boolean }[]

/** All weeks with days of the month, from Monday to Sunday. */
export function weeksOf(month: string): Week[] {
  const first = utc(`${month}-01`)
  const monday = addDays(first, -((first.getUTCDay() + 6) % 7))
  const last = addDays(utc(`${plusMonths(month, 1)}-01`), -1)
  const weekCount = Math.ceil(((last.getTime() - monday.getTime()) / DAY_MS + 1) / 7)
  return Array.from({ length: weekCount }, (_, week) =>
    Array.from({ length: 7 }, (_, weekday) => {
      const day = toDay(addDays(monday, week * 7 + weekday))
      return { day, isInMonth: day.startsWith(month) }
    }),
  )
}

/** `weeksOf` without past weeks, unless all of them are past. */
export function weeksFrom(today: string, month: string): Week[] {
  const weeks = weeksOf(month)
  const ahead = weeks.filter((week) => (week.at(-1)?.day ?? '') >= today)
  return ahead.length > 0 ? ahead : weeks
}

/** All days from `first` to `last`, both included. */
export function daysBetween(first: string, last: string): string[] {
  const count = Math.round((utc(last).getTime() - utc(first).getTime()) / DAY_MS) + 1
  return Array.from({ length: Math.max(1, count) }, (_, i) => toDay(addDays(utc(first), i)))
}

/** Items by day, in the given order. An item of several days is under each of them. */
export function groupByDay<T>(items: T[], daysOf: (item: T) => string[]): Map<string, T[]> {
  const days = new Map<string, T[]>()
  for (const item of items) {
    for (const day of daysOf(item)) days.set(day, [...(days.get(day) ?? []), item])
  }
  return days
}

const DAY_MS = 86_400_000

const utc = (day: string) => new Date(`${day}T00:00:00Z`)
const addDays = (at: Date, days: number) => new Date(at.getTime() + days * DAY_MS)
const toDay = (at: Date) => at.toISOString().slice(0, 10)
