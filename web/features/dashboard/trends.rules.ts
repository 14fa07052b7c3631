import type { DailyBookings } from '#web/lib/api/contract.ts'
import { count } from '#web/lib/format.ts'

export type Day = { day: string; Sessions: number; Retreats: number }

/** The rows of a chart. Days are UTC and stay so. */
export function daysOf(daily: DailyBookings[]): Day[] {
  const format = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })
  return daily.map(({ date, sessions, retreats }) => ({
    day: format.format(new Date(`${date}T00:00:00Z`)),
    Sessions: sessions,
    Retreats: retreats,
  }))
}

/** A chart in a sentence, shown below it and read by screen readers. */
export function trendInWords(daily: DailyBookings[]): string {
  const total = daily.reduce((sum, { bookings }) => sum + bookings, 0)
  const cancelled = daily.reduce((sum, { cancellations }) => sum + cancellations, 0)
  if (total === 0) return `No bookings in the last ${daily.length} days.`
  const best = daily.reduce((a, b) => (b.bookings > a.bookings ? b : a))
  const [day] = daysOf([best])
  const given = cancelled > 0 ? `, ${cancelled} cancelled` : ''
  return `${count(total, 'booking')} in the last ${daily.length} days${given}; most on ${day?.day}.`
}

/** In whole per cent; 0 when `whole` is 0. */
export const shareOf = (part: number, whole: number): number =>
  whole === 0 ? 0 : Math.round((part / whole) * 100)
