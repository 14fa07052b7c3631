/** Days are written `2026-11-25`, months `2026-11`. */
export type Week = { day: string; isInMonth: boolean }[]

/** The weeks that a month touches, from Monday to Sunday. */
export function weeksOf(month: string): Week[] {
  const first = utc(`${month}-01`)
  const monday = addDays(first, -((first.getUTCDay() + 6) % 7))
  const last = addDays(utc(`${shiftMonth(month, 1)}-01`), -1)
  const weekCount = Math.ceil(((last.getTime() - monday.getTime()) / DAY_MS + 1) / 7)
  return Array.from({ length: weekCount }, (_, week) =>
    Array.from({ length: 7 }, (_, weekday) => {
      const day = toDay(addDays(monday, week * 7 + weekday))
      return { day, isInMonth: day.startsWith(month) }
    }),
  )
}

export function shiftMonth(month: string, by: number): string {
  const at = utc(`${month}-01`)
  return toDay(new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + by, 1))).slice(0, 7)
}

/** By day, in the order in which they come. */
export function groupByDay<T>(items: T[], dayOf: (item: T) => string): Map<string, T[]> {
  const days = new Map<string, T[]>()
  for (const item of items) {
    const day = dayOf(item)
    days.set(day, [...(days.get(day) ?? []), item])
  }
  return days
}

const DAY_MS = 86_400_000

const utc = (day: string) => new Date(`${day}T00:00:00Z`)
const addDays = (at: Date, days: number) => new Date(at.getTime() + days * DAY_MS)
const toDay = (at: Date) => at.toISOString().slice(0, 10)
