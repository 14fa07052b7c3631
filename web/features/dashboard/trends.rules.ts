import type { DailyBookings } from '#web/lib/api/contract.ts'
import { count } from '#web/lib/format.ts'

/** The days of a chart, as `1 Nov`. They are UTC and stay so. */
export function daysOf(daily: DailyBookings[]): string[] {
  const format = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })
  return daily.map(({ date }) => format.format(new Date(`${date}T00:00:00Z`)))
}

type Bar = { date: string; x: number; sessions: number; retreats: number }

/** `top` is the number of bookings at the full height; positions, widths and heights are per cent of the chart. */
export function barsOf(daily: DailyBookings[]): { top: number; width: number; bars: Bar[] } {
  const top = Math.max(1, ...daily.map(({ sessions, retreats }) => sessions + retreats))
  const slot = 100 / daily.length
  return {
    top,
    width: slot * BAR_SHARE,
    bars: daily.map(({ date, sessions, retreats }, i) => ({
      date,
      x: slot * (i + (1 - BAR_SHARE) / 2),
      sessions: (sessions / top) * 100,
      retreats: (retreats / top) * 100,
    })),
  }
}

/** The part of a day's width that its bar takes; the rest is space. */
const BAR_SHARE = 0.6

/** A chart in a sentence, shown below it and read by screen readers. */
export function trendInWords(daily: DailyBookings[]): string {
  const total = daily.reduce((sum, { bookings }) => sum + bookings, 0)
  const cancelled = daily.reduce((sum, { cancellations }) => sum + cancellations, 0)
  if (total === 0) return `No bookings in the last ${daily.length} days.`
  const best = daily.reduce((a, b) => (b.bookings > a.bookings ? b : a))
  const [day] = daysOf([best])
  const given = cancelled > 0 ? `, ${cancelled} cancelled` : ''
  return `${count(total, 'booking')} in the last ${daily.length} days${given}; most on ${day}.`
}

/** In whole per cent; 0 when `whole` is 0. */
export const shareOf = (part: number, whole: number): number =>
  whole === 0 ? 0 : Math.round((part / whole) * 100)
